/**
 * Postfix's socketmap (socketmap_table(5)): one netstring `MAP KEY` asks, one netstring answers.
 *
 * Protocol: the reply is a word, a space and data; `NOTFOUND` carries its space too.
 * Limits: Postfix takes replies up to 100,000 bytes and sends keys up to 10,000.
 * Security: Postfix takes an `OK` without data for an error, and NOTFOUND as "use main.cf's
 * default". Whatever cannot be sent as it is therefore becomes TEMP: the mail waits.
 */
import { ProtocolError } from "../base/errors.ts";
import { encodeNetstring, NetstringParser } from "./netstring.ts";
import { plainText } from "./plain-text.ts";

export const socketmapFaultWords = ["TEMP", "TIMEOUT", "PERM"] as const;
export type SocketmapFaultWord = (typeof socketmapFaultWords)[number];

export type SocketmapReply =
  | { readonly word: "OK"; readonly data: string }
  | { readonly word: "NOTFOUND" }
  | { readonly word: SocketmapFaultWord; readonly reason: string };

export interface SocketmapRequest {
  readonly map: string;
  /** As sent: any case, may hold spaces, may be empty. Bytes that are not UTF-8 are U+FFFD. */
  readonly key: string;
}

const requestLimitBytes = 16_384;
const replyLimitBytes = 99_999;
const reasonLimitBytes = 500;
const unfitForData = /[\u0000-\u001f\u007f]/;
const notFound = encodeNetstring("NOTFOUND ");

/** Requests of one connection. Throws `ProtocolError` when the framing is lost. */
export class SocketmapParser {
  readonly #strings = new NetstringParser(requestLimitBytes);

  get pending(): boolean {
    return this.#strings.pending;
  }

  push(chunk: Buffer): void {
    this.#strings.push(chunk);
  }

  next(): SocketmapRequest | undefined {
    const text = this.#strings.next();
    if (text === undefined) return undefined;
    const space = text.indexOf(" ");
    if (space <= 0) throw new ProtocolError("no-map-name", "request without a map name");
    return { map: text.slice(0, space), key: text.slice(space + 1) };
  }
}

export function encodeSocketmapRequest(request: SocketmapRequest): string {
  return encodeNetstring(`${request.map} ${request.key}`);
}

/** One whole netstring, ready to be written as UTF-8. */
export function encodeSocketmapReply(reply: SocketmapReply): string {
  switch (reply.word) {
    case "OK":
      return isSendable(reply.data)
        ? encodeNetstring(`OK ${reply.data}`)
        : encodeFault("TEMP", "the answer cannot be sent");
    case "NOTFOUND":
      return notFound;
    case "TEMP":
    case "TIMEOUT":
    case "PERM":
      return encodeFault(reply.word, reply.reason);
  }
}

function encodeFault(word: SocketmapFaultWord, reason: string): string {
  return encodeNetstring(`${word} ${plainText(reason, reasonLimitBytes)}`);
}

function isSendable(data: string): boolean {
  if (data.length === 0 || unfitForData.test(data) || !data.isWellFormed()) return false;
  return data.length < replyLimitBytes / 4 || Buffer.byteLength(`OK ${data}`) <= replyLimitBytes;
}

/** `payload`: the text inside the netstring. Throws `ProtocolError` for an unknown word. */
export function decodeSocketmapReply(payload: string): SocketmapReply {
  const space = payload.indexOf(" ");
  const word = space === -1 ? payload : payload.slice(0, space);
  const rest = space === -1 ? "" : payload.slice(space + 1);
  if (word === "OK" && rest !== "") return { word, data: rest };
  if (word === "NOTFOUND") return { word };
  const fault = socketmapFaultWords.find((known) => known === word);
  if (fault === undefined) throw new ProtocolError("bad-reply", "not a socketmap reply");
  return { word: fault, reason: rest };
}
