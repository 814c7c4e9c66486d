/**
 * The hold port with everything real but Postfix and the decisions: a SQLite store, fresh keys,
 * the whole of sealing. A reader at the end opens what was sealed as the portal would.
 */
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HoldOutcome, IncomingMessage } from "../../src/gate/hold-message.ts";
import { type HoldParts, HoldPort } from "../../src/gate/hold-port.ts";
import { tryCode } from "../../src/gate/try-code.ts";
import { type HeaderField, headerBytes } from "../../src/mime/header.ts";
import { plainTemplates } from "../../src/mime/template.ts";
import type { DomainClass } from "../../src/rules/decision.ts";
import { openChunks } from "../../src/seal/chunk-cipher.ts";
import { drawCode } from "../../src/seal/code.ts";
import { type CodeJobContent, openJobContent } from "../../src/seal/code-job-content.ts";
import { deriveCodeKey } from "../../src/seal/code-key.ts";
import type { SealKeys } from "../../src/seal/key-files.ts";
import { lookupIdOf, parseLinkToken } from "../../src/seal/link-token.ts";
import { prepareCode } from "../../src/seal/message-key.ts";
import type { CodeJob, Ripeness } from "../../src/store/code-job-store.ts";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { applyEdits, readMail } from "../mime/read-mail.ts";
import { FakeDecider } from "../support/fake-decider.ts";
import { FixedClock } from "../support/fixed-clock.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { sampleDecisions } from "../support/sample-decisions.ts";
import { type TempDirectory, tempDirectory } from "../support/temp-directory.ts";

export const sealTo = "erna@plain.example";
export const aFields: readonly HeaderField[] = [
  {
    name: "Received",
    value:
      " from pc (pc [192.0.2.7])\n\tby mail.own.example (Postfix) with ESMTPSA id 4jY0nz75RMzJJXy\n\tfor <erna@plain.example>; Mon, 23 Nov 2026 00:00:00 +0100",
  },
  { name: "From", value: " Jürgen <juergen@own.example>".replace("ü", "\xc3\xbc") },
  { name: "To", value: " erna@plain.example" },
  { name: "Subject", value: " SECRET subject" },
  { name: "Message-ID", value: " <original@own.example>" },
];
export const aBody: Buffer = Buffer.from("SECRET body\r\n");

/** Whatever its age. */
export const everyJob: Ripeness = {
  quietSince: Number.MAX_SAFE_INTEGER,
  overdueSince: Number.MAX_SAFE_INTEGER,
};

export interface Sent {
  readonly message?: Partial<IncomingMessage>;
  readonly body?: Buffer;
  /** How the body arrives. */
  readonly pieceBytes?: number;
  /** Runs between the body and the end. */
  readonly beforeEnd?: () => void;
}

export interface WaitingCode extends CodeJobContent, Pick<CodeJob, "group" | "sender"> {
  /** "" where it was agreed before. */
  readonly code: string;
}

export class HoldWorld implements AsyncDisposable {
  readonly decider: FakeDecider = new FakeDecider();
  readonly clock: FixedClock = new FixedClock();
  readonly log: RecordingLog = new RecordingLog();
  readonly classes: Map<string, DomainClass> = new Map([["own.example", "local"]]);
  readonly keys: SealKeys = {
    tokenKey: randomBytes(32),
    jobKey: randomBytes(32),
    markKey: randomBytes(32),
    pepper: randomBytes(32),
  };
  readonly store: Store;
  readonly #directory: TempDirectory;

  private constructor(store: Store, directory: TempDirectory) {
    this.store = store;
    this.#directory = directory;
    this.decider.decisions.set(sealTo, sampleDecisions.seal);
  }

  static async create(): Promise<HoldWorld> {
    const directory = await tempDirectory();
    const store = await openStore(join(directory.path, "store.db"));
    return new HoldWorld(store, directory);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]();
    await this.#directory[Symbol.asyncDispose]();
  }

  port(change: Partial<HoldParts> = {}): HoldPort {
    return new HoldPort({
      decider: this.decider,
      refresh: async () => undefined,
      domains: {
        classOf: (domain) => this.classes.get(domain) ?? "other",
        isProven: (domain) => this.decider.securePolicy(domain) !== undefined,
      },
      held: this.store.held,
      store: this.store.sealed,
      remembered: this.store.remembered,
      guards: this.store.remembered,
      startDeriver: () => ({ derive: deriveCodeKey, [Symbol.asyncDispose]: async () => undefined }),
      keys: this.keys,
      codes: { next: () => prepareCode(drawCode(), this.keys.pepper) },
      clock: this.clock,
      log: this.log,
      maxMessageBytes: 4 * 2 ** 20,
      baseUrl: "https://post.own.example",
      settings: {
        expiresAfterMs: 30 * 86_400_000,
        templates: plainTemplates(""),
        timeZone: "Europe/Berlin",
      },
      ...change,
    });
  }

  async send(sent: Sent = {}, port: HoldPort = this.port()): Promise<HoldOutcome> {
    const session = port.open(messageOf(sent.message));
    await session.begin();
    const body = sent.body ?? aBody;
    const pieceBytes = sent.pieceBytes ?? 65_536;
    for (let at = 0; at < body.length; at += pieceBytes) {
      await session.chunk(Buffer.from(body.subarray(at, at + pieceBytes)));
    }
    sent.beforeEnd?.();
    return session.finish();
  }

  /** What a thief of the store would have. */
  async storeFiles(): Promise<readonly Buffer[]> {
    const { path } = this.#directory;
    return Promise.all((await readdir(path)).map((name) => readFile(join(path, name))));
  }

  /** The codes that wait, opened as the mailer does, oldest first. */
  async jobs(): Promise<readonly WaitingCode[]> {
    const jobs = await this.store.codeJobs.ripe(everyJob, 1000);
    return jobs.map(({ sealedContent, group, sender }) => {
      const content = openJobContent(this.keys.jobKey, sealedContent, { group, sender });
      const code = content.told.kind === "new" ? content.told.code : "";
      return { ...content, code, group, sender };
    });
  }

  /** The bytes behind link and code; undefined when they do not open. */
  async open(link: string, code: string): Promise<Buffer | undefined> {
    const token = parseLinkToken(link.slice(link.lastIndexOf("/") + 1));
    const row = token && (await this.store.sealed.findByLookupId(lookupIdOf(token)));
    if (token === undefined || row === undefined) return undefined;
    const { rememberedCodeId: id } = row;
    const remembered = id === null ? undefined : await this.store.remembered.find(id);
    const { pepper } = this.keys;
    const key = await tryCode({ message: row, remembered, token, code, pepper });
    if (key === undefined) return undefined;
    const parts: Buffer[] = [];
    for await (const part of openChunks(this.store.sealed.readChunks(row.id), key))
      parts.push(part);
    return Buffer.concat(parts);
  }
}

export function messageOf(change: Partial<IncomingMessage> = {}): IncomingMessage {
  return {
    queueId: "4jY0pPASS2zJJXy",
    sender: "juergen@own.example",
    recipients: [{ address: sealTo, notify: undefined, orcpt: undefined }],
    fields: aFields,
    postfix: { hostname: "mail.own.example", mailName: "Postfix" },
    signal: new AbortController().signal,
    ...change,
  };
}

/** What the recipient's server would receive. */
export function delivered(
  outcome: HoldOutcome,
  fields: readonly HeaderField[] = aFields,
  body: Buffer = aBody,
): { readonly fields: readonly HeaderField[]; readonly body: Buffer } {
  if (outcome.kind !== "notify") throw new Error(`not delivered: ${JSON.stringify(outcome)}`);
  return { fields: applyEdits(fields, outcome.edits), body: outcome.body ?? body };
}

export async function linkIn(outcome: HoldOutcome): Promise<string> {
  const { fields, body } = delivered(outcome);
  const mail = await readMail(fields, body);
  return /https:\S+\/m\/\S+/.exec(mail.text ?? "")?.[0] ?? "";
}

export function originalBytes(fields: readonly HeaderField[], body: Buffer): Buffer {
  return Buffer.concat([headerBytes(fields), Buffer.from("\r\n"), body]);
}
