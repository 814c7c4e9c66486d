import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HeaderField } from "../../src/mime/header.ts";
import { sampleDecisions } from "../support/sample-decisions.ts";
import { aFields, delivered, HoldWorld, sealTo } from "./hold-world.ts";

const wayOf = (fields: readonly HeaderField[]): readonly string[] =>
  fields.filter(({ name }) => name === "X-MXSeal-Way").map(({ value }) => value);

describe("mail of our own that comes back", () => {
  it("passes unchanged when it is a notification, and is not sealed twice", async () => {
    await using world = await HoldWorld.create();
    const first = delivered(await world.send());
    for (const decision of [
      sampleDecisions.seal,
      sampleDecisions.reject,
      sampleDecisions.noVerdict,
    ]) {
      world.decider.decisions.set(sealTo, decision);
      const outcome = await world.send({
        message: { fields: first.fields },
        body: first.body,
        pieceBytes: 7,
      });
      assert.equal(outcome.kind === "notify" && outcome.body, undefined);
      const second = delivered(outcome, first.fields, first.body);
      assert.deepEqual(wayOf(second.fields), [" notify"]);
      assert.deepEqual(
        second.fields.filter(({ name }) => name !== "X-MXSeal-Way"),
        first.fields.filter(({ name }) => name !== "X-MXSeal-Way"),
      );
    }
    assert.equal(await world.store.sealed.count(), 1);
  });

  it("is sealed like any other under another subject", async () => {
    await using world = await HoldWorld.create();
    const { fields, body } = delivered(await world.send());
    const changed = fields.map((field) =>
      field.name === "Subject" ? { ...field, value: " SECRET" } : field,
    );
    const again = delivered(await world.send({ message: { fields: changed }, body }), changed);
    assert.ok(!JSON.stringify(again.fields).includes("SECRET"));
    assert.equal(await world.store.sealed.count(), 2);
  });

  it("loses what was put into its header meanwhile", async () => {
    await using world = await HoldWorld.create();
    const { fields, body } = delivered(await world.send());
    const more = [...fields, { name: "Comments", value: " SECRET" }];
    const again = delivered(await world.send({ message: { fields: more }, body }), more, body);
    assert.ok(!JSON.stringify(again.fields).includes("SECRET"));
    assert.equal(await world.store.sealed.count(), 1);
  });

  it("is sealed like any other when a second mark could say something", async () => {
    await using world = await HoldWorld.create();
    const { fields, body } = delivered(await world.send());
    for (const name of ["X-MXSeal-Id", "x-mxseal-id"]) {
      for (const more of [
        [...fields, { name, value: " SECRET" }],
        [{ name, value: " SECRET" }, ...fields],
      ]) {
        const again = delivered(await world.send({ message: { fields: more }, body }), more);
        assert.ok(!JSON.stringify(again.fields).includes("SECRET"));
      }
    }
    assert.equal(await world.store.sealed.count(), 5);
  });

  it("is refused with more fields than Postfix can be asked to take away", async () => {
    await using world = await HoldWorld.create();
    const { fields, body } = delivered(await world.send());
    const foreign = Array.from({ length: 1_000 }, (_, index) => ({
      name: `X-${index}`,
      value: "",
    }));
    const outcome = await world.send({ message: { fields: [...fields, ...foreign] }, body });
    assert.equal(outcome.kind === "refuse" && outcome.why.kind, "too-many-fields");
  });

  it("is sealed like any other when body or recipient are not those of the mark", async () => {
    await using world = await HoldWorld.create();
    const { fields, body } = delivered(await world.send());
    const changed = Buffer.concat([body, Buffer.from("SECRET addition\r\n")]);
    const outcome = await world.send({ message: { fields }, body: changed });
    assert.ok(!delivered(outcome, fields).body.includes("SECRET"));
    assert.equal(await world.store.sealed.count(), 2);
  });

  it("forging the way field releases nothing", async () => {
    await using world = await HoldWorld.create();
    world.decider.decisions.set(sealTo, sampleDecisions.noVerdict);
    const fields = [{ name: "X-MXSeal-Way", value: " notify" }, ...aFields];
    assert.deepEqual(await world.send({ message: { fields } }), { kind: "wait", why: "undecided" });
  });
});

describe("mail from the null sender", () => {
  const report: readonly HeaderField[] = [
    { name: "From", value: " MAILER-DAEMON@own.example" },
    { name: "Subject", value: " SECRET" },
    { name: "Content-Type", value: " multipart/report; report-type=delivery-status; boundary=B" },
  ];
  const body = Buffer.from(
    "--B\r\n\r\nSECRET\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.own.example\r\n\r\nFinal-Recipient: rfc822; nobody@own.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; SECRET\r\n\r\n--B--\r\n",
  );

  it("passes as a rebuilt report when it is one, however it is cut", async () => {
    await using world = await HoldWorld.create();
    const outcome = await world.send({
      message: { sender: "", fields: report },
      body,
      pieceBytes: 11,
    });
    const rebuilt = delivered(outcome, report);
    assert.ok(!(JSON.stringify(rebuilt.fields) + rebuilt.body.toString()).includes("SECRET"));
    assert.ok(rebuilt.body.includes("Final-Recipient: rfc822; nobody@own.example"));
    assert.deepEqual(wayOf(rebuilt.fields), [" notify"]);
    assert.equal(await world.store.sealed.count(), 0);
  });

  it("is refused when it is anything else", async () => {
    await using world = await HoldWorld.create();
    const outcome = await world.send({ message: { sender: "" } });
    assert.deepEqual(outcome, { kind: "refuse", why: { kind: "null-sender" } });
  });
});
