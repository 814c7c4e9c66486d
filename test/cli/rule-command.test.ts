import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cliHarness } from "./cli-harness.ts";

const nowMs = Date.UTC(2026, 10, 23, 12);

describe("mxseal rule", () => {
  it("adds a rule, says what it does and lists it", async () => {
    await using cli = await cliHarness({ nowMs });
    const words = [
      "rule",
      "add",
      "Far.Example",
      "allow",
      "--reason",
      "contract 7",
      "--until",
      "30d",
    ];
    const { code, out } = await cli.run(...words, "--least-tls", "encrypt");
    assert.equal(code, 0);
    assert.equal(
      out,
      "Rule 1: mail to far.example, when not proven, leaves as it is, only over TLS. Until 2026-12-23 12:00Z.\n",
    );
    const listed = await cli.run("rule", "list");
    assert.deepEqual(listed.out.split("\n"), [
      "ID  SCOPE        ACTION  HOW      UNTIL              BY   REASON",
      "1   far.example  allow   encrypt  2026-12-23 12:00Z  amy  contract 7",
      "",
    ]);
  });

  it("prints JSON for programs", async () => {
    await using cli = await cliHarness({ nowMs });
    const added = await cli.run("rule", "add", ".far.example", "reject", "--json");
    const listed = await cli.run("rule", "list", "--json");
    assert.equal(added.out, listed.out);
    assert.deepEqual(JSON.parse(listed.out), {
      id: 1,
      scope: ".far.example",
      action: "reject",
      leastTls: null,
      seal: null,
      reason: "",
      author: "amy",
      createdAt: "2026-11-23T12:00:00.000Z",
      expiresAt: null,
      expired: false,
    });
  });

  it("takes how to seal, and shows it", async () => {
    await using cli = await cliHarness({ nowMs });
    const words = ["--expires-after", "14d", "--keep-subject", "--read-notice", "--remind", "36h"];
    const added = await cli.run("rule", "add", "far.example", "seal", ...words);
    assert.equal(
      added.out,
      "Rule 1: mail to far.example, when not proven, is sealed, expires after 14d, keeps the subject, tells the sender when read, reminds 36h before.\n",
    );
    const pdf = await cli.run("rule", "add", "near.example", "seal", "--way", "pdf");
    assert.match(pdf.out, /is sealed, as PDF\./);
    const [far, near] = (await cli.run("rule", "list", "--json")).out.split("\n");
    assert.deepEqual(JSON.parse(far ?? "").seal, {
      way: "portal",
      expiresAfterSeconds: 1_209_600,
      subject: "keep",
      readNotice: true,
      reminderBeforeSeconds: 129_600,
      sms: null,
    });
    assert.equal(JSON.parse(near ?? "").seal.way, "pdf");
    assert.match((await cli.run("rule", "list")).out, /near\.example +seal +as PDF +- /);
  });

  it("refuses how to seal where nothing is sealed, or a PDF could not", async () => {
    await using cli = await cliHarness({ nowMs });
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [["reject", "--way", "pdf"], /only be said of a seal rule/],
      [["seal", "--way", "zip"], /"zip" is unknown; use portal or pdf/],
      [["seal", "--way", "pdf", "--expires-after", "1d"], /A PDF cannot expire/],
      [["seal", "--way", "pdf", "--read-notice"], /Nobody learns that a PDF was opened/],
      [["seal", "--way", "pdf", "--remind", "1d"], /A PDF does not expire/],
      [["seal", "--expires-after", "400d"], /is 1h to 365d/],
      [["seal", "--expires-after", "1d", "--remind", "1d"], /must come later than the message/],
    ];
    for (const [words, sentence] of cases) {
      const { code, err } = await cli.run("rule", "add", "far.example", ...words);
      assert.equal(code, 2, words.join(" "));
      assert.match(err, sentence);
    }
    assert.deepEqual(await cli.store.rules.list(), []);
  });

  it("takes a number for the codes of one address, and shows it", async () => {
    await using cli = await cliHarness({ nowMs, smsCountries: ["+49"] });
    const add = (scope: string, ...words: readonly string[]) =>
      cli.run("rule", "add", scope, "seal", ...words);
    const added = await add("Anna@far.example", "--sms", "0049 170 123 45 67");
    assert.equal(
      added.out,
      "Rule 1: mail to anna@far.example, when not proven, is sealed, code also by SMS to +491701234567.\n",
    );
    assert.equal(added.err, "");
    const [listed] = (await cli.run("rule", "list", "--json")).out.split("\n");
    assert.equal(JSON.parse(listed ?? "").seal.sms, "+491701234567");
    for (const scope of ["far.example", ".far.example", "default"]) {
      const { code, err } = await add(scope, "--sms", "+491701234567");
      assert.equal(code, 2, scope);
      assert.match(err, /belongs to one person: --sms needs an address as scope/);
    }
    assert.equal((await cli.store.rules.list()).length, 1);
  });

  it("tells when nothing would be sent to that number", async () => {
    const words = ["rule", "add", "anna@far.example", "seal", "--sms", "+43 660 1234567"];
    await using without = await cliHarness({ nowMs });
    assert.match((await without.run(...words)).err, /No SMS is sent before `sms\.hook` is set/);
    await using german = await cliHarness({ nowMs, smsCountries: ["+49"] });
    const { code, err } = await german.run(...words);
    assert.equal(code, 0);
    assert.match(err, /No SMS is sent to \+43 … 567: `sms\.countries` has only \+49\./);
  });

  it("marks the rules that have expired", async () => {
    await using cli = await cliHarness({ nowMs });
    await cli.store.rules.add({
      scope: { kind: "default" },
      action: "reject",
      leastTls: "may",
      reason: "",
      author: "amy",
      createdAt: 0,
      expiresAt: nowMs,
    });
    assert.match((await cli.run("rule", "list")).out, /2026-11-23 12:00Z \(expired\)/);
  });

  it("refuses a wrong rule with every fault in words, and stores nothing", async () => {
    await using cli = await cliHarness({ nowMs });
    const { code, out, err } = await cli.run("rule", "add", "@far.example", "drop", "--until", "x");
    assert.equal(code, 2);
    assert.equal(out, "");
    assert.match(err, /write far\.example\.\n.*use seal, allow, reject\.\n.*is no end/s);
    const unreasoned = await cli.run("rule", "add", "far.example", "allow");
    assert.equal(unreasoned.code, 2);
    assert.match(unreasoned.err, /needs a reason/);
    assert.deepEqual(await cli.store.rules.list(), []);
  });

  it("tells which rule a new one hides, and warns of a door that stands open", async () => {
    await using cli = await cliHarness({ nowMs });
    await cli.run("rule", "add", "default", "reject");
    const { err } = await cli.run(
      "rule",
      "add",
      "default",
      "allow",
      "--reason",
      "x",
      "--until",
      "1d",
    );
    assert.match(err, /goes before rule 1 of the same scope \(reject\) until it expires/);
    assert.match(err, /every domain that is not proven now leaves as it is/);
  });

  it("removes a rule by its number", async () => {
    await using cli = await cliHarness({ nowMs });
    await cli.run("rule", "add", "far.example", "reject");
    assert.equal((await cli.run("rule", "remove", "1")).code, 0);
    assert.deepEqual(await cli.store.rules.list(), []);
    assert.equal((await cli.run("rule", "remove", "1")).code, 1);
    for (const id of ["far.example", "0", "1.5", "99999999999999999999"]) {
      const { code, err } = await cli.run("rule", "remove", id);
      assert.equal(code, 2, id);
      assert.match(err, /mxseal rule list/);
    }
  });
});
