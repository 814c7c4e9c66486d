/** The MTA's side of the milter protocol, version 6, the way Postfix speaks it: for tests. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { withDeadline } from "./deadline.ts";

export interface Frame {
  readonly command: string;
  readonly data: Buffer;
}

export interface Mail {
  readonly queueId?: string;
  readonly sender?: readonly string[];
  readonly recipients?: readonly (readonly string[])[];
  /** Raw: the value is everything behind the colon. */
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: Buffer;
}

/** Protocol steps (SMFIP_) that the tests look at. */
export const noBody = 0x10;
export const noData = 0x200;
export const noReplyToRecipient = 0x8000;

const verdicts = new Set(["a", "c", "d", "r", "t", "y", "4"]);
const frameBytes = 65_535;

export function strings(...texts: readonly string[]): Buffer {
  return Buffer.from(texts.map((text) => `${text}\0`).join(""), "latin1");
}

export class MilterClient {
  readonly socket: Socket;
  /** What the filter chose from the offered steps. */
  steps = 0;
  #buffer: Buffer = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
      this.#wake();
    });
    const end = (): void => {
      this.#ended = true;
      this.#wake();
    };
    socket.on("close", end).on("end", end).on("error", end);
  }

  static async connect(path: string | number): Promise<MilterClient> {
    const socket = typeof path === "number" ? connect(path, "127.0.0.1") : connect(path);
    await once(socket, "connect");
    return new MilterClient(socket);
  }

  /** A session up to where a message may begin. */
  static async session(path: string | number): Promise<MilterClient> {
    const client = await MilterClient.connect(path);
    await client.negotiate();
    client.macros("C", "j", "mail.example", "{daemon_name}", "smtpd", "v", "Postfix 3.7.11");
    const port = Buffer.from([0x30, 0x39]);
    client.send(
      "C",
      Buffer.concat([strings("client.example"), Buffer.from("4"), port, strings("192.0.2.7")]),
    );
    client.macros("H");
    client.send("H", strings("helo.example"));
    return client;
  }

  async negotiate(actions: number = 0x1ff, steps: number = 0x1fffff): Promise<boolean> {
    const offer = Buffer.alloc(12);
    [6, actions, steps].forEach((value, index) => offer.writeUInt32BE(value, index * 4));
    this.send("O", offer);
    const answer = await this.read();
    if (answer?.command !== "O") return false;
    this.steps = answer.data.readUInt32BE(8);
    return true;
  }

  send(command: string, data: Buffer = Buffer.alloc(0)): void {
    const head = Buffer.alloc(5);
    head.writeUInt32BE(data.length + 1);
    head.write(command, 4, "latin1");
    this.socket.write(Buffer.concat([head, data]));
  }

  macros(stage: string, ...pairs: readonly string[]): void {
    this.send("D", Buffer.concat([Buffer.from(stage), strings(...pairs)]));
  }

  /** The next frame, or undefined when the filter has hung up. */
  async read(): Promise<Frame | undefined> {
    for (;;) {
      if (this.#buffer.length >= 4) {
        const length = this.#buffer.readUInt32BE();
        if (this.#buffer.length >= 4 + length) {
          const frame = this.#buffer.subarray(4, 4 + length);
          this.#buffer = this.#buffer.subarray(4 + length);
          return { command: frame.toString("latin1", 0, 1), data: frame.subarray(1) };
        }
      }
      if (this.#ended) return undefined;
      await withDeadline("a frame", (resolve) => {
        this.#wake = resolve;
      }).catch((error) => {
        this.socket.destroy();
        throw error;
      });
    }
  }

  /** All frames up to and with the verdict, or up to the hang-up. */
  async readVerdict(): Promise<Frame[]> {
    const frames: Frame[] = [];
    for (;;) {
      const frame = await this.read();
      if (frame === undefined) return frames;
      frames.push(frame);
      if (verdicts.has(frame.command)) return frames;
    }
  }

  /** MAIL and RCPT; the replies to the recipients, where the filter wanted to give any. */
  async envelope(mail: Mail): Promise<Frame[]> {
    this.macros("M", "{mail_addr}", "sender@example.com");
    this.send("M", strings(...(mail.sender ?? ["<sender@example.com>", "size=164"])));
    const replies: Frame[] = [];
    for (const recipient of mail.recipients ?? [["<rcpt@example.org>"]]) {
      this.macros("R", "{rcpt_addr}", recipient[0] ?? "", "{rcpt_mailer}", "smtp");
      this.send("R", strings(...recipient));
      if ((this.steps & noReplyToRecipient) === 0) replies.push(...(await this.readVerdict()));
    }
    return replies;
  }

  /** DATA, with its reply where the filter wanted to give one, and the headers. */
  async headers(mail: Mail): Promise<void> {
    const id = mail.queueId ?? "4ABCDE0123";
    this.macros("T", "i", id);
    if ((this.steps & noData) === 0) {
      this.send("T");
      await this.read();
    }
    for (const [name, value] of mail.headers ?? [["Subject", " hello"]]) {
      this.macros("L", "i", id);
      this.send("L", strings(name, value));
    }
    this.macros("N", "i", id);
    this.send("N");
  }

  async body(mail: Mail): Promise<void> {
    const body = mail.body ?? Buffer.from("a body\r\n");
    if ((this.steps & noBody) !== 0) return;
    for (let at = 0; at < body.length; at += frameBytes) {
      this.macros("B", "i", mail.queueId ?? "4ABCDE0123");
      this.send("B", body.subarray(at, at + frameBytes));
      if (this.socket.writableNeedDrain) await this.#drained();
    }
  }

  #drained(): Promise<void> {
    return withDeadline("the filter to read on", (resolve) => {
      const done = (): void => {
        this.socket.off("drain", done).off("close", done);
        resolve();
      };
      this.socket.on("drain", done).on("close", done);
    });
  }

  end(mail: Mail = {}): void {
    this.macros("E", "i", mail.queueId ?? "4ABCDE0123");
    this.send("E");
  }

  /** One message from MAIL to the two aborts that Postfix sends after its end. */
  async deliver(mail: Mail = {}): Promise<Frame[]> {
    await this.envelope(mail);
    await this.headers(mail);
    await this.body(mail);
    this.end(mail);
    const frames = await this.readVerdict();
    this.send("A");
    this.send("A");
    return frames;
  }

  quit(): void {
    this.send("Q");
    this.socket.end();
  }
}

/** The frames' letters in a row: what went over the wire and in which order. */
export function letters(frames: readonly Frame[]): string {
  return frames.map(({ command }) => command).join("");
}
