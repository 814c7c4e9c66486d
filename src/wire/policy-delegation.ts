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

const attributeNames = [
  "request",
  "protocol_state",
  "client_address",
  "sender",
  "recipient",
  "queue_id",
  "instance",
  "sasl_username",
  "stress",
] as const;
type AttributeName = (typeof attributeNames)[number];
type Attributes = Record<AttributeName, string>;

/** By length: most attributes are none of ours, and few of ours share a length. */
const namesOfLength: readonly (readonly AttributeName[])[] = Array.from({ length: 15 }, (_, size) =>
  attributeNames.filter((name) => name.length === size),
);

const lineLimitBytes = 8192;
const requestLimitBytes = 65_536;
const newline = 0x0a;
const equalsSign = 0x3d;

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
    const request = parseRequest(queue.view(end + 1));
    queue.consume(end + 2);
    return request;
  }
}

/**
 * `bytes`: whole lines. Each value is decoded by itself: a part of a decoded request would keep the
 * whole request in memory for as long as an address or an instance of it is remembered.
 */
function parseRequest(bytes: Buffer): PolicyRequest {
  const attributes: Attributes = { ...noAttributes };
  for (let start = 0; start < bytes.length; ) start = parseLine(bytes, start, attributes) + 1;
  if (attributes.request !== "smtpd_access_policy") {
    throw new ProtocolError("bad-request", "unknown request");
  }
  return {
    protocolState: attributes.protocol_state,
    clientAddress: attributes.client_address,
    sender: attributes.sender,
    recipient: attributes.recipient,
    queueId: attributes.queue_id,
    instance: attributes.instance,
    saslUsername: attributes.sasl_username,
    stress: attributes.stress,
  };
}

/** Answers where the line ends. Of a repeated attribute the first value counts. */
function parseLine(bytes: Buffer, start: number, attributes: Attributes): number {
  let equals = start;
  while (bytes[equals] !== equalsSign && bytes[equals] !== newline) equals += 1;
  if (equals === start || bytes[equals] === newline) {
    throw new ProtocolError("no-name", "line without a name");
  }
  let end = equals + 1;
  while (bytes[end] !== newline) end += 1;
  if (end - start > lineLimitBytes) throw new ProtocolError("too-long", "line over the limit");
  const name = end > equals + 1 ? findName(bytes, start, equals) : undefined;
  if (name !== undefined && attributes[name] === "") {
    attributes[name] = bytes.toString("utf8", equals + 1, end);
  }
  return end;
}

function findName(bytes: Buffer, start: number, end: number): AttributeName | undefined {
  for (const name of namesOfLength[end - start] ?? []) {
    let matched = 0;
    while (matched < name.length && bytes[start + matched] === name.charCodeAt(matched)) {
      matched += 1;
    }
    if (matched === name.length) return name;
  }
  return undefined;
}

const noAttributes: Attributes = {
  request: "",
  protocol_state: "",
  client_address: "",
  sender: "",
  recipient: "",
  queue_id: "",
  instance: "",
  sasl_username: "",
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
