/** Checks a milter's options and turns them into what the addon takes. */
import { isIP, isIPv6 } from "node:net";
import { isAbsolute } from "node:path";
import { planMacros } from "./macro-stages.ts";
import { MilterError } from "./milter-error.ts";
import type { MilterHandlers } from "./milter-handlers.ts";
import type { BodyOption, Capability, MilterOptions, TcpListen } from "./milter-options.ts";
import type { NativeSettings } from "./native-addon.ts";

/** libmilter's SMFIF_ bits; to add a recipient takes two, with and without arguments. */
const actionBits: Readonly<Record<Capability, number>> = {
  addHeader: 0x01,
  replaceBody: 0x02,
  addRecipient: 0x04 | 0x80,
  deleteRecipient: 0x08,
  changeHeader: 0x10,
  quarantine: 0x20,
  changeSender: 0x40,
};

const defaultBatchBytes = 256 * 1024;
const mostBytes = 2 ** 31 - 1;

/** `connection` is empty for a unix socket: where it is made first is decided at the start. */
export function nativeSettings(options: MilterOptions, handlers: MilterHandlers): NativeSettings {
  checkName(options.name);
  checkListen(options.listen);
  checkHandlers(options.body, handlers);
  const { listen } = options;
  const limits = options.limits ?? {};
  return {
    name: options.name,
    connection: "host" in listen ? tcpConnection(listen) : "",
    address: "host" in listen ? listen.host : listen.path,
    port: "host" in listen ? listen.port : 0,
    actions: options.can.map(actionBit).reduce((all, bit) => all | bit, 0),
    ...bodySettings(options.body),
    failureRejects: oneOf("onFailure", options.onFailure ?? "tempfail") === "reject",
    asksRecipients: handlers.recipient !== undefined,
    recipients: count("limits.recipients", limits.recipients ?? 1000),
    headerBytes: count("limits.headerBytes", limits.headerBytes ?? 1024 * 1024),
    sessions: count("limits.sessions", limits.sessions ?? 256),
    handlerTimeoutMs: count("handlerTimeoutMs", options.handlerTimeoutMs ?? 120_000),
    progressMs: count("progressMs", options.progressMs ?? 5_000),
    ...planMacros(options.macros ?? {}),
  };
}

function bodySettings(
  body: BodyOption,
): Pick<NativeSettings, "body" | "maxBytes" | "batchBytes" | "overflowRejects"> {
  const settings = { body: body.mode, maxBytes: 0, batchBytes: 0, overflowRejects: false };
  switch (body.mode) {
    case "none":
      return settings;
    case "buffer":
      return {
        ...settings,
        maxBytes: count("body.maxBytes", body.maxBytes),
        overflowRejects: oneOf("body.onOverflow", body.onOverflow) === "reject",
      };
    case "stream":
      return {
        ...settings,
        batchBytes: count("body.batchBytes", body.batchBytes ?? defaultBatchBytes),
      };
    default:
      throw unfit("body.mode is none, buffer or stream");
  }
}

function checkHandlers(body: BodyOption, handlers: MilterHandlers): void {
  if (typeof handlers.message !== "function") throw unfit("handlers.message is missing");
  const streamed = handlers.bodyChunk !== undefined || handlers.begin !== undefined;
  if (streamed && body.mode !== "stream") throw unfit("begin and bodyChunk need body.mode stream");
}

function checkName(name: string): void {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(name)) throw unfit("name: letters, digits, `-`, `_`, `.`");
}

function checkListen(listen: MilterOptions["listen"]): void {
  if ("path" in listen) {
    if (!isAbsolute(listen.path)) throw unfit("listen.path is not absolute");
    if (!validMode(listen.mode ?? 0o660)) throw unfit("listen.mode is not 0 to 0o777");
    return;
  }
  if (isIP(listen.host) === 0) throw unfit("listen.host is not an IP address");
  if (!Number.isInteger(listen.port) || listen.port < 1 || listen.port > 65535) {
    throw unfit("listen.port is not 1 to 65535");
  }
}

function validMode(mode: number): boolean {
  return Number.isInteger(mode) && mode >= 0 && mode <= 0o777;
}

function tcpConnection({ host, port }: TcpListen): string {
  return isIPv6(host) ? `inet6:${port}@[${host}]` : `inet:${port}@[${host}]`;
}

function actionBit(capability: Capability): number {
  const bit = actionBits[capability];
  if (bit === undefined) throw unfit(`can: ${capability} is not known`);
  return bit;
}

function oneOf(name: string, value: "tempfail" | "reject"): "tempfail" | "reject" {
  if (value !== "tempfail" && value !== "reject") throw unfit(`${name} is tempfail or reject`);
  return value;
}

function count(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1 || value > mostBytes) {
    throw unfit(`${name} is not a whole number from 1 to ${mostBytes}`);
  }
  return value;
}

function unfit(why: string): MilterError {
  return new MilterError("ERR_MILTER_OPTIONS", why);
}
