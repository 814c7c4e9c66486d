import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  describeSealOptions,
  parseSealOptions,
  type SealOptionsDraft,
  usualSealOptions,
} from "../../src/rules/seal-options.ts";
import { mutate, seededRandom } from "../support/random.ts";

const hourMs = 3_600_000;

function faultsOf(draft: SealOptionsDraft, action = "seal"): readonly string[] {
  const options = parseSealOptions(draft, action);
  return options.ok ? [] : options.error;
}

describe("parseSealOptions", () => {
  it("says nothing where nothing was said", () => {
    assert.deepEqual(parseSealOptions({ way: undefined }, "reject"), {
      ok: true,
      value: undefined,
    });
  });

  it("fills in the usual", () => {
    const options = parseSealOptions({ keepSubject: true }, "seal");
    assert.ok(options.ok);
    assert.deepEqual(options.value, { ...usualSealOptions, subject: "keep" });
  });

  const spans: readonly (readonly [string, number])[] = [
    ["1h", hourMs],
    ["36h", 36 * hourMs],
    ["14d", 14 * 24 * hourMs],
    ["2w", 14 * 24 * hourMs],
    ["365d", 365 * 24 * hourMs],
  ];
  for (const [text, spanMs] of spans) {
    it(`reads ${text}`, () => {
      const options = parseSealOptions({ expiresAfter: text, remind: undefined }, "seal");
      assert.ok(options.ok);
      assert.equal(options.value?.expiresAfterMs, spanMs);
    });
  }

  for (const text of ["", "0h", "59m", "366d", "53w", "-1d", "1", "1 d", "1e3h", "99999h"]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.match(faultsOf({ expiresAfter: text }).join(), /^The time until .* is 1h to 365d/);
      assert.match(faultsOf({ remind: text }).join(), /^The time from reminder to end/);
    });
  }

  it("takes a telephone number in any usual form", () => {
    for (const sms of ["+49 170 1234567", "0049-170-1234567", "+49 (0) 170/1234567"]) {
      const options = parseSealOptions({ sms, way: "pdf" }, "seal");
      assert.ok(options.ok);
      assert.equal(options.value?.sms, "+491701234567");
    }
  });

  it("refuses a number without its country, and what is no number", () => {
    assert.match(faultsOf({ sms: "0170 1234567" }).join(), /needs its country in front/);
    assert.match(faultsOf({ sms: "anna" }).join(), /"anna" is not a telephone number/);
    assert.equal(faultsOf({ sms: "+491701234567" }, "allow").length, 1);
  });

  it("tells every fault at once", () => {
    const draft = { way: "pdf", expiresAfter: "x", readNotice: true, remind: "1d" };
    assert.equal(faultsOf(draft, "allow").length, 5);
  });

  it("never throws, and lets no reminder come before its message", () => {
    const random = seededRandom(77);
    const text = (): string => {
      const [span] = random.pick(spans);
      return random.below(2) === 0 ? span : mutate(Buffer.from(span), random).toString("latin1");
    };
    let accepted = 0;
    for (let round = 0; round < 5000; round += 1) {
      const options = parseSealOptions({ expiresAfter: text(), remind: text() }, "seal");
      if (!options.ok) continue;
      accepted += 1;
      const { expiresAfterMs = 0, reminderBeforeMs = 0 } = options.value ?? {};
      assert.ok((reminderBeforeMs ?? 0) < (expiresAfterMs ?? 0));
      assert.equal(describeSealOptions(options.value ?? usualSealOptions).length, 2);
    }
    assert.ok(accepted > 20);
  });
});
