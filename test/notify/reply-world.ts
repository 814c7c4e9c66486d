/** A reply mailer between a real store and a Postfix that takes everything or as it is told. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { it } from "node:test";
import { plainTemplates } from "../../src/mime/template.ts";
import { ReplyMailer, type ReplyMailerParts } from "../../src/notify/reply-mailer.ts";
import type { OwnMail, Submission, SubmitOutcome } from "../../src/notify/submission.ts";
import type { DomainClass } from "../../src/rules/decision.ts";
import { ChunkSealer } from "../../src/seal/chunk-cipher.ts";
import { type ReplyContent, type ReplyFiles, sealReply } from "../../src/seal/reply-content.ts";
import type { ReplyBlob } from "../../src/store/reply-store.ts";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { sealMessage } from "../store/sample-message.ts";
import { FixedClock } from "../support/fixed-clock.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { tempDirectory } from "../support/temp-directory.ts";

export const alice = "alice@own.example";
export const bob = "bob@far.example";

export interface SampleFile {
  readonly name: string;
  readonly bytes: Buffer;
}

const usual: ReplyContent = {
  text: "Danke, Größe passt.\n\n.\nFrom here €",
  subject: "AW: Befund – Müller",
  references: ["<first@own.example>", "<second@own.example>"],
};

/** Takes mails without their files. */
export class FakeSubmission implements Submission {
  readonly mails: OwnMail[] = [];
  outcome: SubmitOutcome = { kind: "taken" };

  submit(mail: OwnMail): Promise<SubmitOutcome> {
    if (this.outcome.kind === "taken") this.mails.push(mail);
    return Promise.resolve(this.outcome);
  }
}

export class World {
  readonly clock: FixedClock = new FixedClock();
  readonly log: RecordingLog = new RecordingLog();
  readonly keys: ReplyMailerParts["keys"] = { replyKey: randomBytes(32), markKey: randomBytes(32) };
  readonly submission: FakeSubmission = new FakeSubmission();
  ownClass: DomainClass = "local";
  isProven = false;
  readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  mailer(change: Partial<ReplyMailerParts> = {}): ReplyMailer {
    return new ReplyMailer({
      jobs: this.store.replies,
      keys: this.keys,
      domains: { classOf: () => this.ownClass, isProven: () => this.isProven },
      submission: this.submission,
      clock: this.clock,
      log: this.log,
      settings: { templates: plainTemplates("Own Ltd") },
      ...change,
    });
  }

  async answer(number = 1, content: Partial<ReplyContent> = {}, messageId = "m1"): Promise<void> {
    await this.#add({ messageId, number }, content);
  }

  async answerWith(files: readonly SampleFile[], messageId = "m1"): Promise<void> {
    const sealed = await this.#sealFiles(files);
    await this.#add({ messageId, number: 1 }, { files: sealed.content }, sealed.blob);
  }

  async #add(
    name: { readonly messageId: string; readonly number: number },
    content: Partial<ReplyContent>,
    files?: ReplyBlob,
  ): Promise<void> {
    const row = { ...name, sender: alice, recipient: bob };
    const sealedContent = sealReply(this.keys.replyKey, { ...usual, ...content }, row);
    const createdAt = Date.UTC(1970, 0, 2);
    const outcome = await this.store.replies.add({ ...name, sealedContent, createdAt, files });
    assert.equal(outcome, "stored");
  }

  /** As the portal does. */
  async #sealFiles(
    files: readonly SampleFile[],
  ): Promise<{ readonly content: ReplyFiles; readonly blob: ReplyBlob }> {
    const key = randomBytes(32);
    const sealer = new ChunkSealer(key);
    const blob = await this.store.sealed.createBlob(0);
    const append = (chunk: Buffer): Promise<void> =>
      this.store.sealed.appendChunk(blob, sealer.count - 1, chunk);
    for (const { bytes } of files) for (const chunk of sealer.push(bytes)) await append(chunk);
    await append(sealer.end());
    const list = files.map(({ name, bytes }) => ({ name, sizeBytes: bytes.length }));
    return {
      content: { key: key.toString("base64"), list },
      blob: { blob, chunkCount: sealer.count },
    };
  }

  async waiting(): Promise<number> {
    return (await this.store.replies.jobs(100)).length;
  }
}

/** With the messages `m1` and `m2`. */
export function behaviour(name: string, work: (world: World) => Promise<void>): void {
  it(name, async () => {
    await using directory = await tempDirectory();
    await using store = await openStore(join(directory.path, "store.db"));
    await sealMessage(store, "m1");
    await sealMessage(store, "m2");
    await work(new World(store));
  });
}
