/** Hands mail to a server as a mail program does (RFC 5321), and reports every reply. */
import { connect, type Socket } from "node:net";

const deadlineMs = 60_000;

export interface Letter {
  readonly from: string;
  readonly to: readonly string[];
  /** The message with CRLF line ends. */
  readonly data: Buffer;
  readonly port?: number;
  /** Says so in MAIL (RFC 6531 §3.4). */
  readonly smtpUtf8?: boolean;
}

export interface Submission {
  /** Reply to each RCPT, in the order of `to`. */
  readonly recipientReplies: readonly string[];
  /** Reply to the message itself; undefined when no recipient was accepted. */
  readonly reply: string | undefined;
  /** Postfix's queue ID. */
  readonly queueId: string | undefined;
}

/** Rejects when the conversation breaks off or the greeting is no welcome. */
export async function submit(letter: Letter): Promise<Submission> {
  const socket = connect(letter.port ?? 25, "127.0.0.1");
  socket.setTimeout(deadlineMs, () => socket.destroy(new Error("the mail server does not answer")));
  try {
    return await converse(socket, letter);
  } finally {
    socket.destroy();
  }
}

async function converse(socket: Socket, letter: Letter): Promise<Submission> {
  const replies = readReplies(socket);
  const say = async (line: string): Promise<string> => {
    socket.write(`${line}\r\n`);
    return nextReply(replies);
  };
  await expectReply("2", nextReply(replies));
  await expectReply("2", say("EHLO client.company.example"));
  const body = letter.data.some((byte) => byte > 127) ? " BODY=8BITMIME" : "";
  const words = letter.smtpUtf8 === true ? `${body} SMTPUTF8` : body;
  await expectReply("2", say(`MAIL FROM:<${letter.from}>${words}`));
  const recipientReplies: string[] = [];
  for (const recipient of letter.to) recipientReplies.push(await say(`RCPT TO:<${recipient}>`));
  if (!recipientReplies.some((reply) => reply.startsWith("2"))) {
    return { recipientReplies, reply: undefined, queueId: undefined };
  }
  const go = await say("DATA");
  if (!go.startsWith("3")) return { recipientReplies, reply: go, queueId: undefined };
  socket.write(stuffed(letter.data));
  const reply = await say(".");
  return { recipientReplies, reply, queueId: /queued as (\w+)/.exec(reply)?.[1] };
}

function stuffed(data: Buffer): Buffer {
  const text = data.toString("latin1").replaceAll("\r\n.", "\r\n..").replace(/^\./, "..");
  return Buffer.from(/^$|\r\n$/.test(text) ? text : `${text}\r\n`, "latin1");
}

/** Whole replies; all lines of one joined by a line feed (RFC 5321 §4.2.1). */
async function* readReplies(socket: Socket): AsyncGenerator<string, void> {
  let pending = "";
  let lines: string[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    pending += chunk.toString("utf8");
    for (let end = pending.indexOf("\r\n"); end !== -1; end = pending.indexOf("\r\n")) {
      const line = pending.slice(0, end);
      pending = pending.slice(end + 2);
      lines.push(line);
      if (line[3] === "-") continue;
      yield lines.join("\n");
      lines = [];
    }
  }
}

async function nextReply(replies: AsyncGenerator<string, void>): Promise<string> {
  const { value } = await replies.next();
  if (value === undefined) throw new Error("the mail server closed the connection");
  return value;
}

async function expectReply(digit: string, reply: Promise<string>): Promise<void> {
  const text = await reply;
  if (!text.startsWith(digit)) throw new Error(`the mail server answered ${text}`);
}
