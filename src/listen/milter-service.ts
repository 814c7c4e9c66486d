/**
 * The milter on the hold port: milter-ts on one side, `gate/hold-port.ts` on the other.
 *
 * Protocol: Sendmail's milter protocol, version 6, by libmilter; the body is streamed, so memory
 * does not grow with it, and the store's pace is Postfix's pace.
 * Limits: libmilter starts once per process; a second start is refused.
 * Security: a unix socket for Postfix's group alone. Whatever fails here makes the mail wait;
 * there is no answer that lets an original through.
 */
import {
  createMilter,
  type MessageContext,
  type MessageEditor,
  type Milter,
  MilterError,
  type MilterHandlers,
  type MilterOptions,
  type Recipient,
  type StopCause,
  type StopReport,
  type Verdict,
} from "milter-ts";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { HoldOutcome, HoldRecipient, IncomingMessage } from "../gate/hold-message.ts";
import type { HoldPort, HoldSession } from "../gate/hold-port.ts";
import { textOfBytes } from "../mime/header.ts";
import type { PostfixName } from "../mime/origin-queue-id.ts";
import { holdRefusalReply, holdWaitReply } from "./hold-reply.ts";

export interface MilterSocket {
  /** Absolute; its directory must exist. */
  readonly path: string;
  /** Name of the group that may connect. */
  readonly group?: string | undefined;
}

const batchBytes = 64 * 1024;
const handlerTimeoutMs = 120_000;
const drainMs = 20_000;

export class MilterService {
  readonly #milter: Milter;
  readonly #socket: MilterSocket;

  constructor(socket: MilterSocket, port: HoldPort, log: Log) {
    this.#socket = socket;
    this.#milter = createMilter(milterOptions(socket), milterHandlers(port, log));
  }

  /** Resolves when Postfix can connect; rejects with MXSEAL_LISTEN_FAILED. */
  async start(): Promise<void> {
    try {
      await this.#milter.start();
    } catch (error) {
      if (!(error instanceof MilterError)) throw error;
      const text = `the milter cannot listen on ${this.#socket.path}: ${error.message}`;
      throw new MxsealError("MXSEAL_LISTEN_FAILED", text, { cause: error });
    }
  }

  /** Lets messages in work finish for a while; the process should end afterwards. */
  stop(): Promise<StopReport> {
    return this.#milter.stop({ drainMs });
  }

  /** An end that nobody asked for leaves a process without a milter: it should exit. */
  onStopped(listener: (cause: StopCause) => void): void {
    this.#milter.on("stopped", listener);
  }
}

function milterOptions(socket: MilterSocket): MilterOptions {
  const { path, group } = socket;
  return {
    name: "mxseal-milter",
    listen: { path, mode: 0o660, ...(group === undefined ? {} : { group }) },
    can: ["addHeader", "changeHeader", "replaceBody"],
    body: { mode: "stream", batchBytes },
    // Asked for by name, so that main.cf cannot leave them out.
    macros: { connect: ["j", "v"], data: ["i"], eoh: ["i"], eom: ["i"] },
    handlerTimeoutMs,
    onFailure: "tempfail",
  };
}

/** One session of the hold port per message. */
export function milterHandlers(port: HoldPort, log: Log): MilterHandlers {
  const sessions = new WeakMap<MessageContext, HoldSession>();
  const sessionOf = (message: MessageContext): HoldSession => {
    const known = sessions.get(message);
    if (known === undefined) throw new TypeError("a message without beginning");
    return known;
  };
  return {
    begin: (message) => {
      const session = port.open(incomingOf(message));
      sessions.set(message, session);
      return session.begin();
    },
    bodyChunk: (chunk, message) => sessionOf(message).chunk(chunk),
    message: async (message, edit) => answer(await sessionOf(message).finish(), edit),
    aborted: (message) => {
      const session = sessions.get(message);
      session?.abort().catch((error: unknown) => failed(log, message, error));
    },
    failed: (error, message) => {
      failed(log, "headers" in message ? message : {}, error);
    },
  };
}

function answer(outcome: HoldOutcome, edit: MessageEditor): Verdict {
  switch (outcome.kind) {
    case "wait":
      return holdWaitReply(outcome.why);
    case "refuse":
      return holdRefusalReply(outcome.why);
    case "notify":
      for (const change of outcome.edits) {
        if (change.kind === "remove") edit.removeHeader(change.name, "all");
        else edit.insertHeader(change.at, change.name, change.value);
      }
      if (outcome.body !== undefined) edit.replaceBody(outcome.body);
      return "accept";
  }
}

function incomingOf(message: MessageContext): IncomingMessage {
  return {
    queueId: message.queueId,
    sender: textOfBytes(message.sender.address),
    recipients: message.recipients.map(recipientOf),
    fields: [...message.headers],
    postfix: postfixOf(message),
    signal: message.signal,
  };
}

function recipientOf(recipient: Recipient): HoldRecipient {
  return {
    address: textOfBytes(recipient.address),
    notify: recipient.args.get("NOTIFY"),
    orcpt: recipient.args.get("ORCPT"),
  };
}

/** Macro `v` is mail_name and mail_version in Postfix's default (postconf(5) milter_macro_v). */
function postfixOf(message: MessageContext): PostfixName | undefined {
  const hostname = message.macro("j");
  const mailName = message.macro("v")?.replace(/ [^ ]*$/, "");
  if (hostname === undefined || mailName === undefined || mailName === "") return undefined;
  return { hostname, mailName };
}

function failed(
  log: Log,
  message: { readonly queueId?: string | undefined },
  error: unknown,
): void {
  const code = error instanceof MxsealError || error instanceof MilterError ? error.code : "bug";
  const text = error instanceof Error ? (error.stack ?? error.message) : "unknown";
  log.error(
    { queueId: message.queueId, code },
    `a message waits because the milter failed: ${text}`,
  );
}
