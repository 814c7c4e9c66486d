import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  beginsWithOne,
  isPhonePrefix,
  maskPhoneNumber,
  type PhoneNumber,
  parsePhoneNumber,
} from "../../src/base/phone-number.ts";
import { mutate, seededRandom } from "../support/random.ts";

const written: readonly (readonly [string, string])[] = [
  ["+491701234567", "+491701234567"],
  ["+49 170 1234567", "+491701234567"],
  ["0049 170/12 34-567", "+491701234567"],
  ["+49 (0) 170 1234567", "+491701234567"],
  ["+49(0)170-1234567", "+491701234567"],
  ["+49 0170 1234567", "+491701234567"],
  ["+49–170–1234567", "+491701234567"],
  ["\u202a+49 170 1234567\u202c", "+491701234567"],
  ["+49\u00a0170\u00a01234567 ", "+491701234567"],
  ["+39 06 6982 1234", "+390669821234"],
  ["001 (212) 555-0123", "+12125550123"],
  ["+352 621 123 456", "+352621123456"],
];

const refused: readonly (readonly [string, "country" | "form"])[] = [
  ["0170 1234567", "country"],
  ["170 1234567", "country"],
  ["", "form"],
  ["+", "form"],
  ["+49", "form"],
  ["+49 170", "form"],
  ["+0049 170 1234567", "form"],
  ["+49 170 1234567 890 123", "form"],
  ["+49 170 CALL ME", "form"],
  ["+49 170 1234567, +49 170 7654321", "form"],
  ["+49 170 1234567;ext=5", "form"],
  ["+４９ 170 1234567", "form"],
  ["++49 170 1234567", "form"],
  [`+49${" ".repeat(100)}1701234567`, "form"],
];

describe("parsePhoneNumber", () => {
  for (const [text, number] of written) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parsePhoneNumber(text), { ok: true, value: number });
    });
  }
  for (const [text, fault] of refused) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parsePhoneNumber(text), { ok: false, error: fault });
    });
  }

  it("lets nothing through but a number that it reads as itself", () => {
    const random = seededRandom(49);
    let accepted = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const [text] = random.pick(written);
      const parsed = parsePhoneNumber(mutate(Buffer.from(text), random).toString("utf8"));
      if (!parsed.ok) continue;
      accepted += 1;
      assert.match(parsed.value, /^\+[1-9]\d{6,14}$/);
      assert.deepEqual(parsePhoneNumber(parsed.value), parsed);
      const masked = maskPhoneNumber(parsed.value);
      assert.match(masked, /^\+\d{1,3} … \d{3}$/);
      assert.ok(!masked.includes(parsed.value.slice(-4)));
    }
    assert.ok(accepted > 1000);
  });
});

describe("a masked number", () => {
  it("shows the country and three digits", () => {
    assert.equal(maskPhoneNumber("+491701234567" as PhoneNumber), "+49 … 567");
    assert.equal(maskPhoneNumber("+12125550123" as PhoneNumber), "+1 … 123");
    assert.equal(maskPhoneNumber("+352621123456" as PhoneNumber), "+352 … 456");
  });
});

describe("a list of countries", () => {
  it("takes whole calling codes, and what stands behind them", () => {
    for (const prefix of ["+49", "+4917", "+1", "+1684", "+352"]) assert.ok(isPhonePrefix(prefix));
    for (const prefix of ["+4", "49", "0049", "+", "+0", "+35", "+49 17", "+4917012345", "*"]) {
      assert.ok(!isPhonePrefix(prefix), prefix);
    }
  });

  it("lets in what begins with one of them", () => {
    const number = "+491701234567" as PhoneNumber;
    assert.ok(beginsWithOne(number, ["+43", "+49"]));
    assert.ok(beginsWithOne(number, ["+4917"]));
    assert.ok(!beginsWithOne(number, ["+43", "+4916"]));
    assert.ok(!beginsWithOne(number, []));
  });
});
