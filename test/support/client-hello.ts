/** What a TLS client offers, read from its ClientHello (RFC 8446 §4.1.2), codes in its order. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import type { SecureContext } from "node:tls";
import { performHandshake } from "../../src/probe/handshake.ts";

export interface ClientHello {
  readonly suites: readonly number[];
  readonly groups: readonly number[];
  readonly signatureSchemes: readonly number[];
  readonly versions: readonly number[];
  readonly keyShares: readonly number[];
  readonly extensions: readonly number[];
}

/** What our own probe sends. */
export function probeHello(context: SecureContext): Promise<ClientHello> {
  return captureClientHello(async (port) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    for (const command of ["EHLO client.test", "STARTTLS"]) {
      await once(socket, "data");
      socket.write(`${command}\r\n`);
    }
    await once(socket, "data");
    await performHandshake(socket, context, "mx.test", AbortSignal.timeout(10_000));
  });
}

const renegotiationScsv = 0x00ff;
const renegotiationInfo = 65281;
const padding = 21;

/** RFC 5746 §3.3 has two ways to say one thing; padding (RFC 7685) says nothing. */
export function comparable(hello: ClientHello): ClientHello {
  const { suites, extensions } = hello;
  const renegotiates = suites.includes(renegotiationScsv) || extensions.includes(renegotiationInfo);
  const others = extensions.filter((type) => type !== renegotiationInfo && type !== padding);
  return {
    ...hello,
    suites: suites.filter((suite) => suite !== renegotiationScsv),
    extensions: [...others, ...(renegotiates ? [renegotiationInfo] : [])].sort((a, b) => a - b),
  };
}

/** An SMTP server that takes one client's STARTTLS, reads its ClientHello and hangs up. */
export async function captureClientHello(
  meet: (port: number) => Promise<unknown>,
): Promise<ClientHello> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening");
  const hello = once(server, "connection").then(([socket]: Socket[]) => readHello(socket));
  try {
    await Promise.all([hello, meet(address.port)]);
    return await hello;
  } finally {
    server.close();
  }
}

async function readHello(socket: Socket | undefined): Promise<ClientHello> {
  if (socket === undefined) throw new Error("no client came");
  socket.on("error", () => undefined);
  socket.write("220 mx.test ESMTP\r\n");
  await once(socket, "data");
  socket.write("250-mx.test\r\n250 STARTTLS\r\n");
  await once(socket, "data");
  socket.write("220 go ahead\r\n");
  let bytes = Buffer.alloc(0);
  while (bytes.length < 5 || bytes.length < 5 + bytes.readUInt16BE(3)) {
    const [chunk]: Buffer[] = (await once(socket, "data")) as Buffer[];
    bytes = Buffer.concat([bytes, chunk ?? Buffer.alloc(0)]);
  }
  socket.destroy();
  return parseClientHello(bytes.subarray(9));
}

/** `body`: without the headers of record and message. */
export function parseClientHello(body: Buffer): ClientHello {
  let at = 34;
  at += 1 + body.readUInt8(at);
  const suites = numbers(body.subarray(at + 2, at + 2 + body.readUInt16BE(at)));
  at += 2 + body.readUInt16BE(at);
  at += 1 + body.readUInt8(at);
  const extensions = parseExtensions(body.subarray(at + 2));
  const list = (type: number, header: 1 | 2): readonly number[] =>
    numbers((extensions.get(type) ?? Buffer.alloc(header)).subarray(header));
  return {
    suites,
    groups: list(10, 2),
    signatureSchemes: list(13, 2),
    versions: list(43, 1),
    extensions: [...extensions.keys()],
    keyShares: shareGroups((extensions.get(51) ?? Buffer.alloc(2)).subarray(2)),
  };
}

function parseExtensions(block: Buffer): ReadonlyMap<number, Buffer> {
  const extensions = new Map<number, Buffer>();
  for (let at = 0; at < block.length; ) {
    const end = at + 4 + block.readUInt16BE(at + 2);
    extensions.set(block.readUInt16BE(at), block.subarray(at + 4, end));
    at = end;
  }
  return extensions;
}

function shareGroups(block: Buffer): readonly number[] {
  const groups: number[] = [];
  for (let at = 0; at < block.length; at += 4 + block.readUInt16BE(at + 2)) {
    groups.push(block.readUInt16BE(at));
  }
  return groups;
}

function numbers(list: Buffer): readonly number[] {
  return Array.from({ length: list.length / 2 }, (_, index) => list.readUInt16BE(2 * index));
}
