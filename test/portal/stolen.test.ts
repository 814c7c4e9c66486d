/**
 * What a thief gets: of the store with every key that lies beside it, nothing; of the link, no
 * more than the guesses that everybody has.
 */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { sealSession } from "../../src/portal/session.ts";
import { openChunks } from "../../src/seal/chunk-cipher.ts";
import { drawCode } from "../../src/seal/code.ts";
import { formatLinkToken, lookupIdOf, parseLinkToken } from "../../src/seal/link-token.ts";
import { unwrapMessageKey } from "../../src/seal/message-key.ts";
import type { SealedMessage } from "../../src/store/sealed-store.ts";
import {
  openBench,
  type PortalBench,
  type SealedSample,
  sampleRecipient,
} from "../support/portal-bench.ts";
import { heading, post } from "../support/portal-reader.ts";
import { rowsOf } from "../support/portal-rows.ts";
import { textMail } from "../support/sample-mail.ts";

const keyBytes = 32;
const perMessage = 20;

describe("a stolen store, with pepper and session key", () => {
  let bench: PortalBench;
  let sample: SealedSample;
  let row: SealedMessage;
  let candidates: readonly Buffer[];

  before(async () => {
    bench = await openBench();
    sample = await bench.seal(textMail());
    const found = await bench.store.sealed.findByLookupId(sample.lookupId);
    assert.ok(found !== undefined);
    row = found;
    const { pepper, sessionKey } = bench.keys;
    candidates = [...windowsOf(bench.storePath), pepper, sessionKey, Buffer.alloc(keyBytes)];
  });
  after(() => bench[Symbol.asyncDispose]());

  it("holds neither text, nor code, nor link, nor the key of the message", () => {
    const files = globSync(join(dirname(bench.storePath), "*")).map((file) => readFileSync(file));
    assert.ok(
      files.some((bytes) => bytes.includes(sampleRecipient)),
      "the files are the store's",
    );
    const bare = sample.code.replaceAll("-", "");
    for (const secret of ["unauff", "Befund", sample.code, bare, sample.token]) {
      for (const bytes of files) assert.equal(bytes.includes(secret), false, secret);
    }
    for (const secret of [sample.messageKey, Buffer.from(sample.token, "base64url")]) {
      for (const bytes of files) {
        assert.equal(bytes.includes(secret) || bytes.includes(secret.toString("hex")), false);
      }
    }
  });

  it("names no link: nothing in it leads to its own row", () => {
    assert.ok(candidates.length > 100, `${candidates.length} candidates`);
    for (const token of candidates) {
      assert.notEqual(lookupIdOf(token), sample.lookupId);
      assert.notDeepEqual(parseLinkToken(sample.token), token);
    }
  });

  it("does not open without the link, not even with the right code", async () => {
    const { salt, wrappedKey, lookupId, recipient } = row;
    const { pepper } = bench.keys;
    // Each costs a derivation: the likeliest, with the right code and with one of its format.
    for (const token of [pepper, ...fieldsOf(row)].slice(0, 8)) {
      for (const code of [sample.code, drawCode()]) {
        const input = { salt, wrappedKey, lookupId, recipient, token, code, pepper };
        assert.equal(await unwrapMessageKey(input), undefined);
      }
    }
  });

  it("does not open with a key found in it, nor with a forged session", async () => {
    for (const key of candidates) {
      await assert.rejects(firstChunk(openChunks(bench.store.sealed.readChunks(sample.id), key)));
    }
    const now = bench.clock.now();
    for (const messageKey of fieldsOf(row)) {
      const session = {
        messageId: sample.id,
        lookupId: sample.lookupId,
        messageKey,
        codeVersion: sample.codeVersion,
        openedAt: now,
        seenAt: now,
      };
      const cookies = { [`mxseal-${sample.id}`]: sealSession(session, bench.keys.sessionKey) };
      for (const path of ["", "/body", "/part/1", "/eml"]) {
        const page = await bench.portal.app.inject({ url: `/v/${sample.id}${path}`, cookies });
        assert.equal(page.statusCode, 500);
        assert.equal(heading(page), "This message cannot be opened");
      }
    }
  });

  it("does not open at a portal of the thief's own, which has all its keys", async () => {
    for (const token of fieldsOf(row)) {
      const page = await bench.portal.app.inject(`/m/${formatLinkToken(token)}`);
      assert.equal(page.statusCode, 404);
    }
  });

  it("opens with link and code, so the tries above were at the right thing", async () => {
    const { salt, wrappedKey, lookupId, recipient } = row;
    const token = Buffer.from(sample.token, "base64url");
    const { pepper } = bench.keys;
    const input = { salt, wrappedKey, lookupId, recipient, token, code: sample.code, pepper };
    assert.deepEqual(await unwrapMessageKey(input), sample.messageKey);
  });
});

describe("a stolen link", () => {
  it("is good for as many guesses as are allowed, from however many networks", async () => {
    await using bench = await openBench();
    const sample = await bench.seal(textMail());
    let guesses = 0;
    let locked = false;
    for (; !locked && guesses <= perMessage; guesses += 1) {
      const guess = drawCode();
      assert.notEqual(guess, sample.code);
      const page = await post(bench, sample, guess, { remoteAddress: `10.0.${guesses}.1` });
      assert.equal(page.statusCode, 403);
      locked = heading(page) === "This message is locked";
    }
    assert.equal(guesses, perMessage);
    const right = await post(bench, sample, sample.code, { remoteAddress: "10.1.0.1" });
    assert.equal(heading(right), "This message is locked");
    assert.equal(right.headers["set-cookie"], undefined);
  });
});

/** Every 32 bytes in a row of the store that could be a key, at any offset of a short value. */
function windowsOf(storePath: string): readonly Buffer[] {
  const values = Object.values(rowsOf(storePath)).flatMap((rows) =>
    rows.flatMap((row) => Object.values(row ?? {})),
  );
  return values.flatMap((value: unknown) => {
    const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value));
    const count = Math.min(100, bytes.length - keyBytes + 1);
    return Array.from({ length: Math.max(0, count) }, (_, at) => bytes.subarray(at, at + keyBytes));
  });
}

/** What a thief would try first as key or token. */
function fieldsOf({ wrappedKey, lookupId, salt }: SealedMessage): readonly Buffer[] {
  const id = Buffer.from(lookupId, "hex");
  return [
    wrappedKey.subarray(0, keyBytes),
    wrappedKey.subarray(12, 12 + keyBytes),
    wrappedKey.subarray(-keyBytes),
    Buffer.concat([id, id]),
    Buffer.concat([id, salt]),
    Buffer.from(lookupId),
  ];
}

async function firstChunk(chunks: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of chunks) return;
}
