/**
 * Delivery status notifications (RFC 3464): read down to who was meant and what happened, and
 * written anew from that alone. Diagnostic texts, the returned message and every other word are
 * left behind, because all of them may quote what somebody wrote.
 */
import { parseDomain } from "../base/domain.ts";
import { escapeHtml } from "../base/escape-html.ts";
import { composeAlternative } from "./alternative-body.ts";
import { parseContentType } from "./content-type.ts";
import { findHeader, type HeaderEdit, type HeaderField } from "./header.ts";
import { reduceToAllowed } from "./header-allow-list.ts";
import type { Rewrite } from "./notification-frame.ts";

const actions = ["failed", "delayed", "delivered", "relayed", "expanded"] as const;

export interface DeliveryStatus {
  readonly finalRecipient: string;
  readonly action: (typeof actions)[number];
  /** RFC 3463, for example `5.1.1`. */
  readonly status: string;
}

export interface DeliveryReport {
  /** Undefined when the report does not name it as a domain. */
  readonly reportingHost: string | undefined;
  /** At least one. */
  readonly recipients: readonly DeliveryStatus[];
}

/** How much of a body is looked at: the status part comes before the returned message. */
export const reportBytes: number = 256 * 1024;
const maxRecipients = 100;

/**
 * Undefined unless header and body are a `multipart/report` of type delivery-status whose status
 * part is complete and well-formed for every recipient. `body`: its first `reportBytes`.
 */
export function parseDeliveryReport(
  fields: readonly HeaderField[],
  body: Buffer,
): DeliveryReport | undefined {
  const type = parseContentType(findHeader(fields, "content-type") ?? "");
  const boundary = type?.parameters.get("boundary");
  const isReport =
    type?.type === "multipart/report" &&
    type.parameters.get("report-type")?.toLowerCase() === "delivery-status";
  if (!isReport || boundary === undefined || boundary === "") return undefined;
  const text = body.subarray(0, reportBytes).toString("latin1").replaceAll("\r\n", "\n");
  const part = completeParts(text, boundary).find(isStatusPart);
  return part === undefined ? undefined : readStatus(part.slice(part.indexOf("\n\n") + 2));
}

/** Of each part between two boundary lines: header, empty line, body. */
function completeParts(text: string, boundary: string): readonly string[] {
  const parts: string[] = [];
  let current: string[] | undefined;
  for (const line of text.split("\n")) {
    const mark = line.trimEnd();
    if (mark !== `--${boundary}` && mark !== `--${boundary}--`) {
      current?.push(line);
      continue;
    }
    if (current !== undefined) parts.push(current.join("\n"));
    if (mark.length === boundary.length + 4) break;
    current = [];
  }
  return parts;
}

function isStatusPart(part: string): boolean {
  const end = part.indexOf("\n\n");
  const type =
    /^content-type:(.*(?:\n[ \t].*)*)/im.exec(part.slice(0, Math.max(end, 0)))?.[1] ?? "";
  return parseContentType(type)?.type === "message/delivery-status";
}

function readStatus(text: string): DeliveryReport | undefined {
  const [perMessage, ...groups] = text
    .split(/\n(?:[ \t]*\n)+/)
    .filter((group) => group.trim() !== "");
  if (perMessage === undefined || groups.length === 0 || groups.length > maxRecipients) {
    return undefined;
  }
  const recipients = groups.map((group) => readRecipient(group));
  const complete = recipients.filter((status) => status !== undefined);
  if (complete.length !== recipients.length) return undefined;
  const host = /^reporting-mta:[ \t]*dns[ \t]*;[ \t]*(\S+)[ \t]*$/im.exec(perMessage)?.[1] ?? "";
  return { reportingHost: parseDomain(host), recipients: complete };
}

function readRecipient(group: string): DeliveryStatus | undefined {
  const recipient = /^final-recipient:[ \t]*rfc822[ \t]*;[ \t]*([!-~]{3,320})[ \t]*$/im.exec(
    group,
  )?.[1];
  const word = /^action:[ \t]*([a-z]+)\b/im.exec(group)?.[1]?.toLowerCase();
  const status = /^status:[ \t]*([245]\.\d{1,3}\.\d{1,3})(?![\d.])/im.exec(group)?.[1];
  const action = actions.find((known) => known === word);
  if (recipient?.includes("@") !== true || action === undefined || status === undefined) {
    return undefined;
  }
  return { finalRecipient: recipient, action, status };
}

/** The report in our own words; `fields` are the original's, of which the allowed ones stay. */
export function rebuildDeliveryReport(
  fields: readonly HeaderField[],
  report: DeliveryReport,
  label: string,
): Rewrite {
  const boundary = `=_mxseal-report-${label}`;
  const explanation = composeAlternative({ ...explain(report), label });
  const body = [
    `--${boundary}`,
    ...explanation.headers
      .slice(1)
      .map(({ name, value }) => `${name}:${value.replace("\n", "\r\n")}`),
    "",
    explanation.body.toString("latin1"),
    `--${boundary}`,
    "Content-Type: message/delivery-status",
    "",
    statusText(report),
    `--${boundary}--`,
    "",
  ].join("\r\n");
  const type = ` multipart/report; report-type=delivery-status;\n boundary="${boundary}"`;
  const added: readonly HeaderField[] = [
    { name: "Subject", value: " Delivery report" },
    { name: "MIME-Version", value: " 1.0" },
    { name: "Content-Type", value: type },
  ];
  const inserts = added.map((field): HeaderEdit => ({ kind: "insert", at: "end", ...field }));
  return { edits: [...reduceToAllowed(fields), ...inserts], body: Buffer.from(body, "latin1") };
}

function statusText(report: DeliveryReport): string {
  const host = report.reportingHost ?? "localhost";
  const groups = report.recipients.map(
    ({ finalRecipient, action, status }) =>
      `Final-Recipient: rfc822; ${finalRecipient}\r\nAction: ${action}\r\nStatus: ${status}\r\n`,
  );
  return [`Reporting-MTA: dns; ${host}\r\n`, ...groups].join("\r\n");
}

function explain(report: DeliveryReport): { readonly text: string; readonly html: string } {
  const intro =
    "Dies ist ein Zustellbericht. Der Text der Nachricht wurde aus Gründen der Vertraulichkeit entfernt.\n\n" +
    "This is a delivery report. The text of the message was removed to keep it confidential.\n";
  const rows = report.recipients.map(
    ({ finalRecipient, action, status }) => `${finalRecipient}: ${action} (${status})`,
  );
  const text = `${intro}\n${rows.join("\n")}\n`;
  return {
    text,
    html: `<!DOCTYPE html>\n<html lang="de"><body><pre>${escapeHtml(text)}</pre></body></html>\n`,
  };
}
