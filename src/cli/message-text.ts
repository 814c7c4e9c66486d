/** Sealed messages as text for people and as JSON for programs: neither content nor secrets. */
import { displayLine } from "../base/display-line.ts";
import type { ListedState } from "../store/manage-store.ts";
import { stateOf } from "../store/message-state.ts";
import type { SealedMessage } from "../store/sealed-store.ts";
import { formatInstant, formatTable } from "./text-table.ts";

const header = ["ID", "STATE", "SEALED", "UNTIL", "FROM", "TO"];

/** One of the states that a list can be narrowed to. */
export function listedState(message: SealedMessage, nowMs: number): ListedState {
  const { kind } = stateOf(message, nowMs);
  if (kind !== "available") return kind;
  return message.firstOpenedAt === null ? "waiting" : "opened";
}

export function formatMessageTable(
  messages: readonly SealedMessage[],
  nowMs: number,
  width?: number,
): string {
  const rows = messages.map((message) => [
    message.id,
    listedState(message, nowMs),
    formatInstant(message.createdAt),
    message.way === "pdf" ? "-" : formatInstant(message.expiresAt),
    message.sender,
    message.recipient,
  ]);
  return formatTable(header, rows, width);
}

/** Everything that is known; ends with a line break. */
export function formatMessage(message: SealedMessage, nowMs: number): string {
  const { firstOpenedAt, codeRenewedAt, originQueueId } = message;
  const lines: readonly (readonly [string, string])[] = [
    ["Message", message.id],
    ["From", displayLine(message.sender, 320)],
    ["To", displayLine(message.recipient, 320)],
    ["Size", `${message.sizeBytes} bytes`],
    ["Way", message.way === "pdf" ? "encrypted PDF" : "portal"],
    ["Queue ID", originQueueId ?? "not known"],
    ["Sealed", formatInstant(message.createdAt)],
    [message.way === "pdf" ? "Kept until" : "Until", formatInstant(message.expiresAt)],
    ["State", describeState(message, nowMs)],
    ["Opened", firstOpenedAt === null ? "not yet" : `first on ${formatInstant(firstOpenedAt)}`],
    ["Wrong codes", `${message.wrongCodes}, in all ${message.wrongCodesInAll}`],
    ...(message.rememberedCodeId === null
      ? []
      : [["Code", `agreed, number ${message.rememberedCodeId}`] as const]),
    ...(codeRenewedAt === null ? [] : [["New code", formatInstant(codeRenewedAt)] as const]),
  ];
  return lines.map(([label, value]) => `${`${label}:`.padEnd(13)}${value}\n`).join("");
}

/** One line. */
export function messageToJson(message: SealedMessage, nowMs: number): string {
  const instant = (atMs: number | null) => (atMs === null ? null : new Date(atMs).toISOString());
  const { lockedAt, lockedUntil } = message;
  const locked = stateOf(message, nowMs).kind === "locked";
  return `${JSON.stringify({
    id: message.id,
    state: listedState(message, nowMs),
    sender: message.sender,
    recipient: message.recipient,
    sizeBytes: message.sizeBytes,
    way: message.way,
    originQueueId: message.originQueueId,
    createdAt: instant(message.createdAt),
    expiresAt: instant(message.expiresAt),
    firstOpenedAt: instant(message.firstOpenedAt),
    codeRenewedAt: instant(message.codeRenewedAt),
    rememberedCodeId: message.rememberedCodeId,
    recalledAt: instant(message.recalledAt),
    lockedAt: locked ? instant(lockedAt) : null,
    lockedUntil: locked ? instant(lockedUntil) : null,
    wrongCodes: message.wrongCodes,
    wrongCodesInAll: message.wrongCodesInAll,
  })}\n`;
}

function describeState(message: SealedMessage, nowMs: number): string {
  const state = stateOf(message, nowMs);
  switch (state.kind) {
    case "available":
      return message.way === "pdf" ? "sent" : "can be opened with link and code";
    case "expired":
      return message.way === "pdf"
        ? "sent; what was kept of it is deleted"
        : `expired on ${formatInstant(message.expiresAt)}, content deleted`;
    case "recalled":
      return `taken back on ${formatInstant(state.recalledAt)}, content deleted`;
    case "locked":
      return state.untilAt === null
        ? "locked after very many wrong codes; only a new code helps"
        : `locked until ${formatInstant(state.untilAt)} after too many wrong codes`;
  }
}
