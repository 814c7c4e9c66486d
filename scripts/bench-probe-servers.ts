/**
 * The mail servers of `scripts/bench probe`, as light as they can be: one listener on port 25 of
 * every address, the certificate by the address that was called. Several of these processes share
 * the port. Reads `[{addresses, chain, key}]` from the file named, says `ready` to its parent.
 */
import { readFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";

export interface ServerEntry {
  readonly addresses: readonly string[];
  readonly chain: string;
  readonly key: string;
}

const entries = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as readonly ServerEntry[];
const contexts = new Map<string, SecureContext>();
for (const { addresses, chain, key } of entries) {
  const context = createSecureContext({ cert: chain, key });
  for (const address of addresses) contexts.set(address, context);
}

const server = createServer({ noDelay: true }, (socket) => {
  const secureContext = contexts.get(socket.localAddress ?? "");
  // A client that goes away is an ordinary event.
  socket.on("error", () => socket.destroy());
  if (secureContext === undefined) {
    socket.destroy();
    return;
  }
  socket.write("220 mx ESMTP\r\n");
  answer(socket, () => {
    socket.removeAllListeners("data");
    const secured = new TLSSocket(socket, { isServer: true, secureContext });
    secured.on("error", () => socket.destroy());
    secured.once("secure", () => answer(secured, undefined));
  });
});
server.listen({ host: "0.0.0.0", port: 25, backlog: 1024, reusePort: true }, () =>
  process.send?.("ready"),
);
process.once("disconnect", () => process.exit());

/** `startTls`: undefined once TLS is there. */
function answer(socket: Socket, startTls: (() => void) | undefined): void {
  let rest = "";
  socket.on("data", (chunk: Buffer) => {
    rest += chunk.toString("latin1");
    if (rest.length > 2048) socket.destroy();
    const lines = rest.split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) obey(socket, line.slice(0, 8).toUpperCase(), startTls);
  });
}

function obey(socket: Socket, verb: string, startTls: (() => void) | undefined): void {
  if (verb.startsWith("EHLO")) {
    socket.write(startTls === undefined ? "250 mx\r\n" : "250-mx\r\n250 STARTTLS\r\n");
  } else if (verb === "STARTTLS" && startTls !== undefined) {
    socket.write("220 go ahead\r\n");
    startTls();
  } else if (verb === "QUIT") {
    socket.end("221 bye\r\n");
  } else {
    socket.write("250 ok\r\n");
  }
}
