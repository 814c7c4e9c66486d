/** Tries a TCP address before libmilter gets it, because libmilter tells nobody why it failed. */
import { createServer } from "node:net";
import { MilterError } from "./milter-error.ts";
import type { TcpListen } from "./milter-options.ts";

/** Resolves when the address can be listened on; it is free again by then. */
export function checkTcpPort({ host, port }: TcpListen): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", (cause: NodeJS.ErrnoException) => {
      const code = cause.code === "EADDRINUSE" ? "ERR_MILTER_SOCKET_LIVE" : "ERR_MILTER_SOCKET";
      const message = `cannot listen on ${host} port ${port}: ${cause.message}`;
      reject(new MilterError(code, message, { cause }));
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
}
