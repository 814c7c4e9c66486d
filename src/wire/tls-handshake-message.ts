/**
 * Handshake messages put together from the fragments of records, however they were cut
 * (RFC 8446 §4, §5.1).
 *
 * Limits: a message may have 256 KiB, more than any TLS library takes.
 */
import { ProtocolError } from "../base/errors.ts";
import { ByteQueue } from "./byte-queue.ts";

export const messageType = {
  serverHello: 2,
  serverKeyExchange: 12,
  serverHelloDone: 14,
  certificateVerify: 15,
} as const;

export interface HandshakeMessage {
  readonly type: number;
  readonly body: Buffer;
}

const headerBytes = 4;
const maxBody = 256 * 1024;

export class HandshakeMessageReader {
  readonly #queue = new ByteQueue();

  push(fragment: Buffer): void {
    this.#queue.append(fragment);
  }

  /** Undefined: no whole message yet. Throws ProtocolError `too-long`. */
  next(): HandshakeMessage | undefined {
    if (this.#queue.length < headerBytes) return undefined;
    const header = this.#queue.view(headerBytes);
    const type = header.readUInt8(0);
    const size = headerBytes + header.readUIntBE(1, 3);
    if (size > headerBytes + maxBody) {
      throw new ProtocolError("too-long", "a TLS handshake message is too long");
    }
    if (this.#queue.length < size) return undefined;
    const body = Buffer.from(this.#queue.view(size).subarray(headerBytes));
    this.#queue.consume(size);
    return { type, body };
  }
}
