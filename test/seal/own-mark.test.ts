import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import { jobGroupOf, openJobContent, sealJobContent } from "../../src/seal/code-job-content.ts";
import {
  bodyHashOf,
  formatMark,
  readMark,
  staysInside,
  verifyMark,
} from "../../src/seal/own-mark.ts";
import { mutate, seededRandom } from "../support/random.ts";

const markKey = randomBytes(32);
const fields = [
  { name: "Subject", value: " Confidential\n message" },
  { name: "Content-Type", value: " text/plain" },
];
const bodyHash = bodyHashOf(Buffer.from("body\r\n"));
const mail = { recipient: "erna@example.org", fields, bodyHash };
const value = formatMark(markKey, { kind: "notice", id: "K7QF3MRT", ...mail });

describe("own mark", () => {
  it("is known again for its kind, recipient and body", () => {
    assert.deepEqual(verifyMark(markKey, ` ${value}`, mail), { kind: "notice", id: "K7QF3MRT" });
  });

  it("is worth nothing on another body, for another recipient, as another kind or by another key", () => {
    const other = { ...mail, bodyHash: bodyHashOf(Buffer.from("body")) };
    assert.equal(verifyMark(markKey, value, other), undefined);
    assert.equal(verifyMark(markKey, value, { ...mail, recipient: "otto@example.org" }), undefined);
    assert.equal(verifyMark(markKey, value.replace("notice", "code"), mail), undefined);
    assert.equal(verifyMark(markKey, value.replace("K7QF", "K7QG"), mail), undefined);
    assert.equal(verifyMark(randomBytes(32), value, mail), undefined);
  });

  // Somebody inside could let a sentence leave in clear above an old notification.
  it("is worth nothing under another subject, or with another description of the body", () => {
    const [subject, type] = fields;
    assert.ok(subject && type);
    const folded = [{ ...subject, value: " Confidential\r\n message" }, type];
    assert.ok(verifyMark(markKey, value, { ...mail, fields: folded }));
    for (const changed of [
      [{ ...subject, value: " Patient Miller" }, type],
      [subject, { ...type, value: " text/plain; name=miller" }],
      [subject, subject, type],
      [type],
    ]) {
      assert.equal(verifyMark(markKey, value, { ...mail, fields: changed }), undefined);
    }
  });

  // The bounce of a notice goes to nobody: refused behind an alias, an alarm was lost unheard.
  for (const kind of ["code", "told", "reply"] as const) {
    it(`knows a ${kind} mail for whomever an alias sends it on to, and it stays inside`, () => {
      const text = formatMark(markKey, { kind, id: "K7QF3MRT", ...mail });
      const mark = verifyMark(markKey, text, { ...mail, recipient: "private@example.net" });
      assert.equal(mark?.kind, kind);
      assert.ok(mark && staysInside(mark));
    });
  }

  it("is one of several for a mail that stays inside, and of none that may leave", () => {
    const other = { name: "x-mxseal-id", value: " SECRET" };
    for (const [kind, known] of [
      ["code", true],
      ["notice", false],
    ] as const) {
      const text = formatMark(markKey, { kind, id: "K7QF3MRT", ...mail });
      const own = { name: "X-MXSeal-Id", value: ` ${text}` };
      assert.equal(readMark(markKey, { ...mail, fields: [...fields, own] })?.kind, kind);
      for (const marks of [
        [other, own],
        [own, other],
        [own, own],
      ]) {
        const read = readMark(markKey, { ...mail, fields: [...fields, ...marks] });
        assert.equal(read !== undefined, known);
      }
    }
    assert.equal(readMark(markKey, mail), undefined);
  });

  it("lets a reminder go to its recipient, and to nobody else", () => {
    const text = formatMark(markKey, { kind: "about", id: "K7QF3MRT", ...mail });
    const mark = verifyMark(markKey, text, mail);
    assert.ok(mark && !staysInside(mark));
    assert.equal(verifyMark(markKey, text, { ...mail, recipient: "x@example.net" }), undefined);
  });

  it("knows a code mail on no other body, and as nothing else", () => {
    const code = formatMark(markKey, { kind: "code", id: "K7QF3MRT", ...mail });
    const onward = { ...mail, recipient: "private@example.net" };
    const other = { ...onward, bodyHash: bodyHashOf(Buffer.from("body")) };
    assert.equal(verifyMark(markKey, code, other), undefined);
    assert.equal(verifyMark(markKey, code.replace("code", "notice"), mail), undefined);
    assert.equal(verifyMark(markKey, code.replace("code", "report"), mail), undefined);
  });

  it("does not survive any change", () => {
    const random = seededRandom(47);
    for (let count = 0; count < 2000; count += 1) {
      const changed = mutate(Buffer.from(value), random).toString("latin1");
      if (changed.trim() === value) continue;
      assert.equal(verifyMark(markKey, changed, mail), undefined, changed);
    }
  });
});

describe("waiting code", () => {
  const jobKey = randomBytes(32);
  const row = { group: "g", sender: "juergen@own.example" };
  const content = {
    recipient: "erna@example.org",
    deliveredTo: "erna@example.org",
    told: { kind: "new", code: "K7QF-3MRT-9XWD", remembered: false } as const,
    id: "K7QF3MRT",
    expiresAt: 2,
    sentAt: 1,
    originalMessageId: null,
  };
  const sealed = sealJobContent(jobKey, content, row);
  const isDamage = (error: unknown): boolean =>
    error instanceof MxsealError && error.code === "MXSEAL_SEALED_DAMAGED";

  it("opens under its key beside its row and shows nothing before", () => {
    assert.deepEqual(openJobContent(jobKey, sealed, row), content);
    assert.ok(!sealed.includes("K7QF") && !sealed.includes("erna"));
  });

  it("opens nowhere else", () => {
    assert.throws(() => openJobContent(randomBytes(32), sealed, row), isDamage);
    assert.throws(() => openJobContent(jobKey, sealed, { ...row, group: "h" }), isDamage);
    assert.throws(
      () => openJobContent(jobKey, sealed, { ...row, sender: "x@evil.example" }),
      isDamage,
    );
    const random = seededRandom(53);
    for (let count = 0; count < 500; count += 1) {
      const changed = mutate(sealed, random);
      if (!changed.equals(sealed))
        assert.throws(() => openJobContent(jobKey, changed, row), isDamage);
    }
  });

  it("is grouped by message and sender under the key", () => {
    const hash = randomBytes(32);
    const groups = [
      jobGroupOf(jobKey, hash, "a"),
      jobGroupOf(jobKey, hash, "b"),
      jobGroupOf(jobKey, randomBytes(32), "a"),
      jobGroupOf(randomBytes(32), hash, "a"),
    ];
    assert.equal(jobGroupOf(jobKey, hash, "a"), groups[0]);
    assert.equal(new Set(groups).size, 4);
  });
});
