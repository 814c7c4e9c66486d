/**
 * Hands a mail of our own to Postfix by SMTP over loopback, without TLS and without a login: the
 * bytes do not leave the machine. Every wait has its deadline. What comes in pieces is read as fast
 * as Postfix takes it.
 */
import { Readable } from "node:stream";
import { createTransport } from "nodemailer";

export interface OwnMail {
  /** Envelope sender; empty for the null sender. */
  readonly from: string;
  readonly to: string;
  readonly bytes: Buffer;
  /** What follows them in a mail that is too large to be held. */
  readonly rest?: MailRest | undefined;
}

export interface MailRest {
  readonly sizeBytes: number;
  /** Read once. When they reject nothing was handed over. */
  readonly pieces: AsyncIterable<Buffer>;
}

export type SubmitOutcome =
  | { readonly kind: "taken" }
  /** Postfix answered and said no, for now or for good; `text` is its reply. */
  | { readonly kind: "refused"; readonly text: string }
  /** No conversation came about: the next mail would fare no better. */
  | { readonly kind: "unreachable"; readonly text: string };

export interface Submission {
  /** Rejects only as the mail's `rest` does. */
  submit(mail: OwnMail): Promise<SubmitOutcome>;
}

export interface SmtpServer {
  /** An IP address. */
  readonly host: string;
  readonly port: number;
}

const connectionTimeoutMs = 10_000;
/** Postfix may wait for its policy service and its filters before it answers. */
const socketTimeoutMs = 120_000;

export class SmtpSubmission implements Submission {
  readonly #server: SmtpServer;

  constructor(server: SmtpServer) {
    this.#server = server;
  }

  async submit(mail: OwnMail): Promise<SubmitOutcome> {
    const transport = createTransport({
      ...this.#server,
      secure: false,
      ignoreTLS: true,
      connectionTimeout: connectionTimeoutMs,
      greetingTimeout: connectionTimeoutMs,
      socketTimeout: socketTimeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    // The codes must not travel back in a bounce (RFC 3461 §4.3).
    const size = mail.bytes.length + (mail.rest?.sizeBytes ?? 0);
    const envelope = { from: mail.from, to: [mail.to], size, dsn: { ret: "HDRS" as const } };
    const source = new MailSource(mail);
    try {
      await transport.sendMail({ envelope, raw: source.raw });
      return { kind: "taken" };
    } catch (error) {
      source.throwFault();
      return outcomeOf(error);
    } finally {
      transport.close();
    }
  }
}

/** The whole mail, as the transport takes it, which knows no fault but its own. */
class MailSource {
  readonly raw: Buffer | Readable;
  #fault: unknown;

  constructor({ bytes, rest }: OwnMail) {
    this.raw =
      rest === undefined
        ? bytes
        : Readable.from(this.#pieces(bytes, rest), { objectMode: false, highWaterMark: 1 });
  }

  throwFault(): void {
    if (this.#fault !== undefined) throw this.#fault;
  }

  async *#pieces(bytes: Buffer, { pieces }: MailRest): AsyncGenerator<Buffer> {
    yield bytes;
    try {
      yield* pieces;
    } catch (error) {
      this.#fault = error;
      // The transport writes its own code into the error that it is given.
      throw new Error("the mail cannot be read to its end", { cause: error });
    }
  }
}

interface SmtpFault extends Error {
  readonly code?: string;
  readonly response?: string;
}

/** A reply to one of our commands is a refusal of this mail; all else is a missing server. */
function outcomeOf(error: unknown): SubmitOutcome {
  if (!(error instanceof Error)) throw error;
  const { code, response, message }: SmtpFault = error;
  // Without a code it is no fault of the network or of SMTP but of our own making.
  if (code === undefined) throw error;
  if (code === "EENVELOPE" || code === "EMESSAGE") {
    return { kind: "refused", text: response ?? message };
  }
  return { kind: "unreachable", text: response ?? `${code}: ${message}` };
}
