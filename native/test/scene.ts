/**
 * The process under test: runs one named scene with a real milter, because a process can have one
 * milter only. Argument: JSON of the scene's name, the socket and its options. Talks by IPC messages.
 */
import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import {
  createMilter,
  type Message,
  type MilterHandlers,
  type MilterOptions,
} from "../src/milter.ts";

export interface SceneArguments {
  readonly scene: string;
  readonly options: MilterOptions;
}

const { scene, options } = JSON.parse(process.argv[2] ?? "{}") as SceneArguments;

function say(event: string, data: unknown = null): void {
  if (process.connected) process.send?.({ event, data });
}

function describeMessage(message: Message): unknown {
  return {
    queueId: message.queueId,
    client: message.client,
    helo: message.helo,
    sender: { ...message.sender, args: [...message.sender.args] },
    recipients: message.recipients.map((each) => ({
      raw: each.raw,
      address: each.address,
      args: [...each.args],
      mailer: each.macro("rcpt_mailer"),
    })),
    headers: [...message.headers],
    headerBytes: message.headers.bytes().toString("latin1"),
    body: message.body?.toString("latin1"),
    bodyBytes: message.bodyBytes,
    host: message.macro("j"),
  };
}

const never = new Promise<never>(() => undefined);
const streamed = new WeakMap<object, { hash: ReturnType<typeof createHash>; bytes: number }>();
let peakRss = 0;

function measure(): void {
  peakRss = Math.max(peakRss, process.memoryUsage.rss());
}

const report: Pick<MilterHandlers, "aborted" | "failed"> = {
  aborted: (message, reason) => say("aborted", { id: message.headers.length, reason }),
  failed: (error) => say("failed", error instanceof Error ? error.message : String(error)),
};

async function* bigBody(bytes: number): AsyncGenerator<Buffer> {
  const line = Buffer.from(`${"x".repeat(76)}\r\n`);
  const block = Buffer.concat(Array.from({ length: 840 }, () => line));
  for (let sent = 0; sent < bytes; sent += block.length) {
    measure();
    yield block;
  }
}

const scenes: Readonly<Record<string, MilterHandlers>> = {
  accept: { message: () => "accept" },
  inWorker: { message: () => "accept" },
  describe: {
    ...report,
    message: (message) => {
      say("message", describeMessage(message));
      return "accept";
    },
  },
  stream: {
    ...report,
    begin: (message) => {
      streamed.set(message, { hash: createHash("sha256"), bytes: 0 });
      say("begin", message.headers.get("Subject"));
    },
    bodyChunk: async (chunk, message) => {
      measure();
      const state = streamed.get(message);
      state?.hash.update(chunk);
      if (state !== undefined) state.bytes += chunk.length;
      await delay(0);
    },
    message: (message) => {
      const state = streamed.get(message);
      say("message", {
        hash: state?.hash.digest("hex"),
        bytes: state?.bytes,
        bodyBytes: message.bodyBytes,
      });
      return "accept";
    },
  },
  edit: {
    ...report,
    message: (message, edit) => {
      edit.replaceBody("new\nbody\r\n");
      edit.removeHeader("received");
      edit.insertHeader("end", "X-End", "last");
      edit.insertHeader("top", "X-Top", "1");
      edit.insertHeader("top", "X-Top", "2");
      edit.insertHeader("afterReceived", "X-After", "\u00e9");
      edit.setHeader("Subject", "changed");
      edit.setSender("", { ret: "HDRS" });
      edit.addRecipient("added@example.org", { notify: "NEVER" });
      const first = message.recipients[0];
      if (first !== undefined) edit.removeRecipient(first);
      edit.quarantine("held for a look");
      return "accept";
    },
  },
  rewrite: {
    ...report,
    begin: (message) => {
      streamed.set(message, { hash: createHash("sha256"), bytes: 0 });
    },
    bodyChunk: (chunk, message) => {
      streamed.get(message)?.hash.update(chunk);
    },
    message: (message, edit) => {
      say("message", {
        hash: streamed.get(message)?.hash.digest("hex"),
        headers: message.headers.bytes().toString("latin1"),
        queueId: message.queueId,
      });
      edit.removeHeader("Subject");
      edit.removeHeader("X-Twice");
      edit.insertHeader("top", "X-Top", "first");
      edit.insertHeader("end", "X-End", "caf\u00e9\n\tfolded");
      edit.replaceBody(Buffer.from(`${"new body\n".repeat(300_000)}last\n`));
      return "accept";
    },
  },
  reject: {
    message: (_message, edit) => {
      edit.replaceBody("must not be sent");
      return { code: 550, enhanced: "5.7.10", text: ["100% no", "second line"] };
    },
  },
  discard: { message: () => "discard" },
  badReply: { ...report, message: () => ({ code: 250, text: "fine" }) },
  noRecipientLeft: {
    ...report,
    message: (message, edit) => {
      for (const recipient of message.recipients) edit.removeRecipient(recipient);
      return "accept";
    },
  },
  throws: {
    ...report,
    message: () => {
      throw new Error("handler threw");
    },
  },
  rejects: { ...report, message: () => Promise.reject(new Error("handler rejected")) },
  nothing: { ...report, message: () => undefined as never },
  never: {
    ...report,
    message: (message) => {
      say("waiting");
      message.signal.addEventListener("abort", () => say("signal"));
      return never;
    },
  },
  chunkNever: { ...report, bodyChunk: () => never, message: () => "accept" },
  chunkThrows: {
    ...report,
    bodyChunk: () => {
      throw new Error("chunk threw");
    },
    message: () => {
      say("message");
      return "accept";
    },
  },
  blocked: {
    message: (_message, edit) => {
      const until = Date.now() + 700;
      while (Date.now() < until);
      edit.replaceBody("after the wait");
      return "accept";
    },
  },
  slowBody: {
    message: (_message, edit) => {
      edit.replaceBody(
        (async function* () {
          yield Buffer.alloc(300_000, "a");
          await delay(400);
          yield Buffer.alloc(300_000, "b");
        })(),
      );
      return "accept";
    },
  },
  brokenBody: {
    ...report,
    message: (_message, edit) => {
      edit.replaceBody(
        (async function* () {
          yield Buffer.alloc(600_000, "a");
          throw new Error("source broke");
        })(),
      );
      return "accept";
    },
  },
  bigBody: {
    message: (_message, edit) => {
      say("sending");
      edit.replaceBody(bigBody(50 * 1024 * 1024));
      return "accept";
    },
  },
  recipient: {
    ...report,
    recipient: (recipient, envelope) => {
      say("recipient", [recipient.raw, recipient.macro("{rcpt_mailer}"), envelope.sender.raw]);
      if (recipient.address.startsWith("no@")) return { code: 550, text: "no such user" };
      if (recipient.address.startsWith("oops@")) throw new Error("recipient threw");
      return "keep";
    },
    message: (message) => {
      say(
        "message",
        message.recipients.map(({ raw }) => raw),
      );
      return "accept";
    },
  },
  slow: {
    ...report,
    message: async (): Promise<"accept"> => {
      say("waiting");
      await delay(300);
      return "accept";
    },
  },
};

let worker: Worker | undefined;

function startWorker(): Worker {
  worker = new Worker(new URL("worker-scene.ts", import.meta.url), { workerData: options });
  return worker;
}

const handlers = scenes[scene];
if (handlers === undefined) throw new Error(`no scene ${scene}`);
const milter = createMilter(options, handlers);
milter.on("stopped", (cause) => say("stopped", cause));
const signalsSeen = new Set<string>();
const orders: Readonly<Record<string, (argument: never) => unknown>> = {
  stats: () => milter.stats(),
  state: () => milter.state,
  stop: (drainMs: number) => milter.stop({ drainMs }),
  startAgain: () => milter.start().catch((error) => error.code),
  startAnother: () =>
    createMilter(options, { message: () => "accept" })
      .start()
      .catch((error) => error.code),
  startInWorker: () => new Promise((resolve) => startWorker().once("message", resolve)),
  terminate: () => worker?.terminate(),
  measureFrom: () => {
    globalThis.gc?.();
    peakRss = 0;
    measure();
    return peakRss;
  },
  peak: () => peakRss,
  /** Whether a timer of no length fires within a second, far below libmilter's five. */
  loopDelay: async () => {
    const from = performance.now();
    await delay(0);
    return performance.now() - from < 1000;
  },
  exit: () => process.exit(0),
  crash: () =>
    setImmediate(() => {
      throw new Error("uncaught on purpose");
    }),
  unref: () => {
    milter.unref();
    process.disconnect();
  },
  countSignals: () => {
    for (const name of ["SIGHUP", "SIGTERM", "SIGINT"] as const) {
      process.on(name, () => signalsSeen.add(name));
    }
    return true;
  },
  /** The kinds that came; resolves when all three have. */
  allSignals: async () => {
    while (signalsSeen.size < 3) await delay(1);
    return [...signalsSeen].sort();
  },
};

process.on("message", ({ order, argument }: { order: string; argument: never }) => {
  void Promise.resolve(orders[order]?.(argument)).then((data) => say(`${order}:done`, data));
});
process.on("disconnect", () => {
  if (milter.state === "listening") milter.unref();
});
if (scene === "inWorker") {
  startWorker().on("message", (text) => say(`worker:${text}`));
} else {
  milter.start().then(
    () => say("started"),
    (error) => say("refused", { code: error.code, cause: error.cause?.code }),
  );
}
