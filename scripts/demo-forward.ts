/** Hands connections on, byte by byte, between a TCP port on loopback and a unix socket. */
import { connect, createServer, type ListenOptions, type NetConnectOpts } from "node:net";

const maxConnections = 200;

/** Listens as long as the process has other work; answers the port, or 0 for a unix socket. */
export async function forward(from: ListenOptions, to: NetConnectOpts): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const target = connect({ ...to, allowHalfOpen: true });
    client.pipe(target);
    target.pipe(client);
    // Whatever ends one side ends the other; the browser sees a closed connection.
    client.on("error", () => target.destroy()).on("close", () => target.destroy());
    target.on("error", () => client.destroy()).on("close", () => client.destroy());
  });
  server.maxConnections = maxConnections;
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.once("error", reject);
  server.listen(from, () => resolve(undefined));
  await promise;
  server.removeListener("error", reject);
  server.unref();
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
