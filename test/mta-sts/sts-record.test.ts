import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readStsRecord } from "../../src/mta-sts/sts-record.ts";
import { mutate, seededRandom } from "../support/random.ts";

const example = "v=STSv1; id=20160831085700Z;";

describe("the TXT records of _mta-sts", () => {
  it("gives the id of the one record there is", () => {
    assert.deepEqual(readStsRecord([example]), { kind: "valid", id: "20160831085700Z" });
  });

  it("passes over records of others", () => {
    const others = [
      "v=spf1 -all",
      "google-site-verification=abc",
      "V=STSv1; id=1",
      "v=STSv2; id=1",
    ];
    assert.deepEqual(readStsRecord([...others, example]), { kind: "valid", id: "20160831085700Z" });
    assert.deepEqual(readStsRecord(others), { kind: "none" });
    assert.deepEqual(readStsRecord([]), { kind: "none" });
  });

  it("takes none of two that both look right", () => {
    const both = readStsRecord(["v=STSv1; id=1;", "v=STSv1; id=2;"]);
    assert.deepEqual(both, { kind: "invalid", fault: "there are 2 records instead of one" });
  });

  it("takes none when the second of two is broken", () => {
    assert.equal(readStsRecord([example, "v=STSv1; nonsense"]).kind, "invalid");
  });

  const valid = [
    ["v=STSv1;id=a", "a"],
    ["v=STSv1; id=a", "a"],
    ["v=STSv1 ;\tid=a\t;\t", "a"],
    ["v=STSv1; ext=x; id=a; other.name_1-2=!:<>~", "a"],
    ["v=STSv1; id=first; id=second;", "first"],
    [`v=STSv1; id=${"a".repeat(32)};`, "a".repeat(32)],
    ["v=STSv1; ID=no; Id=no; id=yes", "yes"],
  ] as const;
  for (const [text, id] of valid) {
    it(`reads "${text}"`, () => assert.deepEqual(readStsRecord([text]), { kind: "valid", id }));
  }

  const notOurs = [
    "v=STSv1",
    "v=STSv1 id=a",
    " v=STSv1; id=a",
    "v=stsv1; id=a",
    "v = STSv1; id=a",
    "id=a; v=STSv1;",
    "v=STSv10; id=a",
  ];
  for (const text of notOurs) {
    it(`passes over "${text}"`, () => assert.deepEqual(readStsRecord([text]), { kind: "none" }));
  }

  const invalid = [
    ["v=STSv1;", /has no id/],
    ["v=STSv1; ", /has no id/],
    ["v=STSv1; ID=a", /has no id/],
    ["v=STSv1; ext=x;", /has no id/],
    [`v=STSv1; id=${"a".repeat(33)}`, /1 to 32/],
    ["v=STSv1; id=2024-01-01", /1 to 32/],
    ["v=STSv1; id=", /name=value/],
    ["v=STSv1; id=a b", /name=value/],
    ["v=STSv1; id=a ", /name=value/],
    ["v=STSv1; id = a", /name=value/],
    ["v=STSv1; id=a, mode=x=y", /name=value/],
    ["v=STSv1; id=a;;", /name=value/],
    ["v=STSv1;; id=a;", /name=value/],
    ["v=STSv1; id=a; =x", /name=value/],
    ["v=STSv1; id=a; -x=y", /name=value/],
    [`v=STSv1; id=a; ${"n".repeat(33)}=y`, /name=value/],
    ["v=STSv1; id=a; ext=\u00e9", /name=value/],
    ["v=STSv1; id=a; ext=x\u0000", /name=value/],
    ["v=STSv1; id=a\n", /name=value/],
    [`v=STSv1; id=a; ext=${"x".repeat(5000)}`, /longer/],
  ] as const;
  for (const [text, fault] of invalid) {
    it(`refuses ${JSON.stringify(text.slice(0, 60))}`, () => {
      const record = readStsRecord([text]);
      assert.equal(record.kind, "invalid");
      assert.match(record.kind === "invalid" ? record.fault : "", fault);
    });
  }
});

describe("arbitrary TXT records", () => {
  it("give an id of the right form, a fault or nothing", () => {
    const random = seededRandom(8461);
    const seeds = [...valids, example].map((text) => Buffer.from(text, "latin1"));
    const seen = { none: 0, valid: 0, invalid: 0 };
    for (let round = 0; round < 20_000; round += 1) {
      const texts = Array.from({ length: 1 + random.below(2) }, () =>
        mutate(random.pick(seeds), random).toString("latin1"),
      );
      const record = readStsRecord(texts);
      seen[record.kind] += 1;
      if (record.kind === "valid") assert.match(record.id, /^[A-Za-z0-9]{1,32}$/);
      if (record.kind === "invalid") assert.ok(record.fault.length > 0);
    }
    assert.ok(seen.none > 0 && seen.valid > 0 && seen.invalid > 0, JSON.stringify(seen));
  });

  it("are read in bounded time, whatever they are made of", () => {
    // A pattern that tried again from every blank would be at this for minutes.
    const blanks = `v=STSv1;${" ".repeat(4_000)}x${"\t".repeat(60_000)}`;
    const many = Array.from({ length: 500 }, () => "v=STSv1; id=1");
    assert.equal(readStsRecord([blanks]).kind, "invalid");
    assert.equal(readStsRecord(many).kind, "invalid");
  });
});

const valids = ["v=STSv1; ext=x; id=a;", "v=STSv1 ; id=b2", "v=spf1 -all"];
