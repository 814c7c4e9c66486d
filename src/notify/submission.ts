/**
 * Hands a mail of our own to Postfix by SMTP over loopback, without TLS and without a login: the
 * bytes do not leave the machine. Every wait has its deadline.
 */
import { createTransport } from "nodemailer";

export interface OwnMail {
  /** Envelope sender; empty for the null sender. */
  readonly from: string;
  readonly to: string;
  readonly bytes: Buffer;
}

export type SubmitOutcome =
  | { readonly kind: "taken" }
  /** Postfix answered and said no, for now or for good; `text` is its reply. */
  | { readonly kind: "refused"; readonly text: string }
  /** No conversation came about: the next mail would fare no better. */
  | { readonly kind: "unreachable"; readonly text: string };

export interface Submission {
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
    const envelope = { from: mail.from, to: [mail.to], dsn: { ret: "HDRS" as const } };
    try {
      await transport.sendMail({ envelope, raw: mail.bytes });
      return { kind: "taken" };
    } catch (error) {
      return outcomeOf(error);
    } finally {
      transport.close();
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
