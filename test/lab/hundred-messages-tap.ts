/**
 * Stands on the hold port and passes every byte to the real one, so that a test knows exactly what
 * Postfix handed to sealing: the message after its own cleanup, dots undoubled.
 */
import { connect, createServer, type Server, type Socket } from "node:net";

export interface TappedMail {
  readonly recipient: string;
  readonly data: Buffer;
}

const endOfData = Buffer.from("\r\n.\r\n");
const dataCommand = Buffer.from("DATA\r\n");

export class HoldPortTap implements AsyncDisposable {
  readonly mails: TappedMail[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(behindPort: number) {
    this.#server = createServer((near) => {
      const far = connect(behindPort, "127.0.0.1");
      const said: Buffer[] = [];
      near.on("data", (bytes: Buffer) => said.push(bytes));
      near.on("close", () => this.mails.push(...mailsIn(Buffer.concat(said))));
      near.pipe(far).pipe(near);
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on("close", () => this.#sockets.delete(socket));
        // Postfix sees the other side end, as it would without a tap.
        socket.on("error", () => {
          near.destroy();
          far.destroy();
        });
      }
    });
  }

  async listen(port: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.#server.once("error", reject);
    this.#server.listen(port, "127.0.0.1", () => resolve(undefined));
    await promise;
  }

  /** What was handed over for one recipient, each try. */
  mailsTo(recipient: string): readonly TappedMail[] {
    return this.mails.filter((mail) => mail.recipient === recipient);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#server.close(() => resolve(undefined));
    for (const socket of this.#sockets) socket.destroy();
    await promise;
  }
}

/** The client's side of one connection (RFC 5321 §4); only whole messages. */
function mailsIn(said: Buffer): readonly TappedMail[] {
  const mails: TappedMail[] = [];
  let at = 0;
  for (;;) {
    const go = said.indexOf(dataCommand, at);
    // The line end of DATA counts as the one before the dot of an empty message.
    const start = go + dataCommand.length;
    const end = go === -1 ? -1 : said.indexOf(endOfData, start - 2);
    if (end === -1) return mails;
    const [, recipient = ""] = /RCPT TO:<([^>]*)>/.exec(said.toString("latin1", at, go)) ?? [];
    mails.push({ recipient, data: undoubled(said.subarray(start, end + 2)) });
    at = end + endOfData.length;
  }
}

function undoubled(data: Buffer): Buffer {
  const text = data.toString("latin1").replaceAll("\r\n..", "\r\n.").replace(/^\.\./, ".");
  return Buffer.from(text, "latin1");
}
