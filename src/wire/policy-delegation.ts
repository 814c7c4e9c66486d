/**
 * Postfix's policy delegation (SMTPD_POLICY_README): a request is lines `name=value` and an empty
 * line, the reply `action=…` and an empty line, over one connection for many requests.
 *
 * Protocol: attributes differ by version; unknown and repeated ones are skipped.
 * Limits: 8192 bytes a line as in Postfix, 64 KiB a request.
 * Security: Postfix takes an empty action for OK and a word it does not know for the name of a
 * restriction. Actions therefore come from a closed list, and their text is never empty.
 */
import { ProtocolError } from "../base/errors.ts";
import { ByteQueue } from "./byte-queue.ts";
import { plainText } from "./plain-text.ts";

/** Attributes that Postfix did not send are empty. */
export interface PolicyRequest {
  /** `RCPT`, `DATA` (also for BDAT), and others that need no answer of ours. */
  readonly protocolState: string;
  readonly clientAddress: string;
  readonly sender: string;
  /** As the client gave it; at DATA only when it is the only one. */
  readonly recipient: string;
  /** Empty at the first RCPT. */
  readonly queueId: string;
  /** The same for all requests of one mail transaction. */
  readonly instance: string;
  readonly saslUsername: string;
  /** `yes` while all smtpd processes are busy. */
  readonly stress: string;
}

const fieldOf: ReadonlyMap<string, keyof PolicyRequest> = new Map([
  ["protocol_state", "protocolState"],
  ["client_address", "clientAddress"],
  ["sender", "sender"],
  ["recipient", "recipient"],
  ["queue_id", "queueId"],
  ["instance", "instance"],
  ["sasl_username", "saslUsername"],
  ["stress", "stress"],
]);

const lineLimitBytes = 8192;
const requestLimitBytes = 65_536;

/** Requests of one connection. Throws `ProtocolError` when the framing is lost. */
export class PolicyRequestParser {
  readonly #queue = new ByteQueue();
  /** No empty line ends before this offset: what was searched once is not searched again. */
  #searched = 0;

  get pending(): boolean {
    return this.#queue.length > 0;
  }

  push(chunk: Buffer): void {
    this.#queue.append(chunk);
  }

  next(): PolicyRequest | undefined {
    const queue = this.#queue;
    const end = queue.find("\n\n", this.#searched);
    if ((end === -1 ? queue.length : end) > requestLimitBytes) {
      throw new ProtocolError("too-long", "request over the limit");
    }
    this.#searched = end === -1 ? Math.max(0, queue.length - 1) : 0;
    if (end === -1) return undefined;
    const text = queue.text(0, end);
    queue.consume(end + 2);
    return parseRequest(text);
  }
}

function parseRequest(text: string): PolicyRequest {
  const values: Partial<Record<keyof PolicyRequest, string>> = {};
  let kind: string | undefined;
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    const equals = text.indexOf("=", start);
    checkLine(start, equals, end);
    const name = text.slice(start, equals);
    const field = fieldOf.get(name);
    if (field !== undefined) values[field] ??= text.slice(equals + 1, end);
    else if (name === "request") kind ??= text.slice(equals + 1, end);
    start = end + 1;
  }
  if (kind !== "smtpd_access_policy") throw new ProtocolError("bad-request", "unknown request");
  return { ...noAttributes, ...values };
}

function checkLine(start: number, equals: number, end: number): void {
  // Characters are never more than bytes, so this refuses no line that Postfix may send.
  if (end - start > lineLimitBytes) throw new ProtocolError("too-long", "line over the limit");
  if (equals <= start || equals > end) throw new ProtocolError("no-name", "line without a name");
}

const noAttributes: PolicyRequest = {
  protocolState: "",
  clientAddress: "",
  sender: "",
  recipient: "",
  queueId: "",
  instance: "",
  saslUsername: "",
  stress: "",
};

/** Reply code and enhanced status code (RFC 3463) of each refusal that mxseal ever gives. */
export const policyRefusals = ["550 5.7.10", "550 5.1.10", "550 5.1.2"] as const;
export type PolicyRefusal = (typeof policyRefusals)[number];

export type PolicyAction =
  | { readonly kind: "dunno" }
  | { readonly kind: "refuse"; readonly reply: PolicyRefusal; readonly text: string };

export const dunno: PolicyAction = { kind: "dunno" };

const textLimitBytes = 400;
const dunnoReply = "action=DUNNO\n\n";

/** The whole reply, ready to be written as UTF-8. */
export function encodePolicyAction(action: PolicyAction): string {
  if (action.kind === "dunno") return dunnoReply;
  const text = plainText(action.text, textLimitBytes);
  return `action=${action.reply} ${text === "" ? "Refused" : text}\n\n`;
}

/** The counterpart of `encodePolicyAction`; throws `ProtocolError` for anything else. */
export function decodePolicyAction(reply: string): PolicyAction {
  if (reply === dunnoReply) return dunno;
  const match = /^action=(\d{3} \d\.\d{1,3}\.\d{1,3}) ([^\n]+)\n\n$/.exec(reply);
  const known = policyRefusals.find((refusal) => refusal === match?.[1]);
  if (known === undefined) throw new ProtocolError("bad-reply", "not a policy action of ours");
  return { kind: "refuse", reply: known, text: match?.[2] ?? "" };
}
