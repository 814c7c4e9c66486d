import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ChannelFacts, findCodeChannel } from "../../src/gate/code-channel.ts";
import { originalRecipient } from "../../src/gate/original-recipient.ts";
import type { DomainClass } from "../../src/rules/decision.ts";
import { mutate, seededRandom } from "../support/random.ts";

const classes: Readonly<Record<string, DomainClass>> = {
  "own.example": "local",
  "cloud.example": "own-remote",
  "hosted.example": "own-remote",
  "vpn.example": "routed",
};
const domains = {
  classOf: (domain: string): DomainClass => classes[domain] ?? "other",
  isProven: (domain: string): boolean => domain === "cloud.example",
};
const channel = (facts: Partial<ChannelFacts>) =>
  findCodeChannel({ sender: "erna@own.example", notify: undefined, fields: [], ...facts }, domains);

describe("code channel", () => {
  it("exists for people of ours", () => {
    for (const sender of [
      "erna@own.example",
      "Erna.Muster@OWN.example",
      "erna+tag@own.example",
      "info@own.example",
      '"erna m"@own.example',
      "erna@cloud.example",
    ]) {
      assert.deepEqual(channel({ sender }), { kind: "sender", address: sender });
    }
  });

  it("does not exist for strangers, whatever their address looks like", () => {
    for (const sender of [
      "x@foreign.example",
      "x@sub.own.example",
      "x@vpn.example",
      "erna@own.example@foreign.example",
      '"erna@own.example"@foreign.example',
      "own.example",
      "postmaster",
    ]) {
      assert.deepEqual(channel({ sender }), { kind: "none", reason: "foreign-sender" }, sender);
    }
  });

  it("does not exist for addresses that programs made", () => {
    for (const sender of [
      "list-bounces+erna=plain.example@own.example",
      "news-bounces@own.example",
      "bounce+123@own.example",
      "bounces-77@own.example",
      "list+erna=plain.example@own.example",
      "SRS0=abcd=ef=foreign.example=x@own.example",
      "srs1+abcd=x@own.example",
    ]) {
      assert.deepEqual(channel({ sender }), { kind: "none", reason: "rewritten-sender" }, sender);
    }
  });

  it("does not exist for mailboxes nobody reads", () => {
    for (const sender of [
      "noreply@own.example",
      "No-Reply@own.example",
      "root@own.example",
      "noreply+1@own.example",
    ]) {
      assert.deepEqual(channel({ sender }), { kind: "none", reason: "unattended-sender" }, sender);
    }
  });

  it("does not exist for the null sender", () => {
    assert.deepEqual(channel({ sender: "" }), { kind: "none", reason: "null-sender" });
  });

  it("does not exist for automatic and list mail", () => {
    for (const [name, value, reason] of [
      ["Auto-Submitted", " auto-generated", "automatic"],
      ["auto-submitted", " Auto-Replied; owner-email=x", "automatic"],
      ["Auto-Submitted", " (c) auto-replied", "automatic"],
      ["Auto-Submitted", " (a (b) \\) c)auto-replied", "automatic"],
      ["Auto-Submitted", " (never closed auto-replied", "automatic"],
      ["Precedence", " (to all) bulk", "list"],
      ["Precedence", " auto_reply", "automatic"],
      ["Precedence", " Bulk", "list"],
      ["Precedence", " list (x)", "list"],
      ["List-Id", " <x.example>", "list"],
      ["LIST-UNSUBSCRIBE", " <mailto:x>", "list"],
    ] as const) {
      assert.deepEqual(
        channel({ fields: [{ name, value }] }),
        { kind: "none", reason },
        name + value,
      );
    }
  });

  it("is not taken away by words that mean nothing of the kind", () => {
    for (const [name, value] of [
      ["Auto-Submitted", " no"],
      ["Auto-Submitted", ""],
      ["Auto-Submitted", " (by hand) no (really)"],
      ["Precedence", " first-class"],
      ["X-List-Id", " x"],
    ] as const) {
      assert.equal(channel({ fields: [{ name, value }] }).kind, "sender", name + value);
    }
  });

  it("is put off while the sender's own servers are not proven", () => {
    assert.deepEqual(channel({ sender: "erna@hosted.example" }), { kind: "unproven" });
  });

  it("leaves out copies of which the sender wants to hear nothing", () => {
    assert.deepEqual(channel({ notify: "never" }), { kind: "silent-copy" });
    assert.equal(channel({ notify: "SUCCESS,FAILURE" }).kind, "sender");
  });
});

describe("original recipient", () => {
  it("is what the sender wrote, decoded", () => {
    for (const [orcpt, address] of [
      ["rfc822;info@own.example", "info@own.example"],
      ["RFC822;a+2Bb@own.example", "a+b@own.example"],
      ["utf-8;j\xc3\xbcrgen@own.example", "jürgen@own.example"],
    ] as const) {
      assert.equal(originalRecipient("erna@plain.example", orcpt), address);
    }
  });

  it("is the recipient where nothing usable was given", () => {
    for (const orcpt of [
      undefined,
      "",
      "rfc822;",
      "x400;a@b.example",
      "rfc822;a+0D+0Ab@c.example",
      "rfc822;a+3Cb@c.example",
      "rfc822;nobody",
    ]) {
      assert.equal(originalRecipient("erna@plain.example", orcpt), "erna@plain.example", orcpt);
    }
  });

  it("never has a control character or an angle bracket", () => {
    const random = seededRandom(67);
    for (let count = 0; count < 3000; count += 1) {
      const orcpt = mutate(Buffer.from("rfc822;a+2Bb@own.example"), random).toString("latin1");
      assert.doesNotMatch(originalRecipient("erna@plain.example", orcpt), /[\u0000-\u001f<>]/);
    }
  });
});
