/** What a real TLS server sent during a handshake, for the reader of handshakes. */
import { once } from "node:events";
import { connect, createServer } from "node:net";
import {
  createSecureContext,
  type SecureContextOptions,
  TLSSocket,
  connect as tlsConnect,
} from "node:tls";
import { HandshakeTap, type TappedHandshake } from "../../src/probe/handshake-tap.ts";
import type { Identity } from "./certificates.ts";

export interface CapturedHandshake extends TappedHandshake {
  /** IANA name of the suite. */
  readonly cipher: string;
}

/** Everything goes: `client` may offer what it likes. */
export async function captureHandshake(
  identity: Identity,
  server: SecureContextOptions,
  client: SecureContextOptions = {},
): Promise<CapturedHandshake> {
  const secureContext = createSecureContext({
    key: identity.keyPem,
    cert: identity.chainPem,
    ...server,
  });
  const listener = createServer((socket) => {
    const secured = new TLSSocket(socket, { isServer: true, secureContext });
    secured.on("error", () => undefined);
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("not listening");
  const socket = connect(address.port, "127.0.0.1");
  await once(socket, "connect");
  const tap = new HandshakeTap(socket);
  const secured = tlsConnect({
    socket: tap,
    rejectUnauthorized: false,
    secureContext: createSecureContext(client),
  });
  try {
    secured.on("keylog", (line) => tap.learn(line));
    await once(secured, "secureConnect");
    const { captured, trafficSecret } = tap.reveal();
    const secret = trafficSecret && Buffer.from(trafficSecret);
    return { captured, trafficSecret: secret, cipher: secured.getCipher().standardName };
  } finally {
    secured.destroy();
    listener.close();
  }
}
