import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ProtocolError } from "../../src/base/errors.ts";
import {
  decodePolicyAction,
  dunno,
  encodePolicyAction,
  type PolicyRequest,
  PolicyRequestParser,
  policyRefusals,
} from "../../src/wire/policy-delegation.ts";
import { policyRequest, policyRequestText } from "../support/policy-request.ts";
import { mutate, seededRandom } from "../support/random.ts";
import { splitRandomly } from "../support/split.ts";

function parseAll(chunks: readonly Buffer[]): readonly PolicyRequest[] {
  const parser = new PolicyRequestParser();
  const requests: PolicyRequest[] = [];
  for (const chunk of chunks) {
    parser.push(chunk);
    for (let found = parser.next(); found !== undefined; found = parser.next()) {
      requests.push(found);
    }
  }
  return requests;
}

function parseText(text: string): readonly PolicyRequest[] {
  return parseAll([Buffer.from(text)]);
}

describe("a policy request", () => {
  it("gives the attributes that matter and skips the others", () => {
    const text = policyRequestText({ sasl_username: "alice", tls_sni: "future=attribute" });
    assert.deepEqual(parseText(text), [policyRequest({ saslUsername: "alice" })]);
  });

  it("keeps values as they are: blanks, equals signs, UTF-8, nothing", () => {
    const text = policyRequestText({ recipient: '"a = b"@bücher.example', sender: "" });
    const expected = policyRequest({ recipient: '"a = b"@bücher.example', sender: "" });
    assert.deepEqual(parseText(text), [expected]);
  });

  it("takes the first of repeated attributes", () => {
    const text = policyRequestText().replace("\n\n", "\nrecipient=other@evil.example\n\n");
    assert.equal(parseText(text)[0]?.recipient, "bob@partner.example");
  });

  it("comes pipelined with others", () => {
    const text = policyRequestText() + policyRequestText({ protocol_state: "DATA" });
    const states = parseText(text).map((request) => request.protocolState);
    assert.deepEqual(states, ["RCPT", "DATA"]);
  });

  it("takes a line of the size that Postfix may send", () => {
    const recipient = "x".repeat(8192 - "recipient=".length);
    assert.equal(parseText(policyRequestText({ recipient }))[0]?.recipient, recipient);
  });

  for (const [what, text, code] of [
    ["another kind of request", "request=other\nsender=a\n\n", "bad-request"],
    ["no kind", "sender=a\n\n", "bad-request"],
    ["no attribute at all", "\n\n", "no-name"],
    ["a line without an equals sign", "request=smtpd_access_policy\nhello\n\n", "no-name"],
    ["a line without a name", "request=smtpd_access_policy\n=x\n\n", "no-name"],
    ["a line that is too long", policyRequestText({ sender: "x".repeat(8192) }), "too-long"],
    ["an endless line", "x".repeat(65_537), "too-long"],
    ["endless lines", "a=b\n".repeat(20_000), "too-long"],
    ["too many lines", `${"a=b\n".repeat(20_000)}\n`, "too-long"],
  ] as const) {
    it(`is refused with ${what}`, () => {
      assert.throws(
        () => parseText(text),
        (error) => error instanceof ProtocolError && error.code === code,
      );
    });
  }

  it("survives any split and, damaged, throws nothing but ProtocolError", () => {
    const random = seededRandom(7);
    const bytes = Buffer.from(
      policyRequestText() + policyRequestText({ recipient: "üser@bücher.example" }),
    );
    const expected = [policyRequest(), policyRequest({ recipient: "üser@bücher.example" })];
    let refused = 0;
    for (let round = 0; round < 1000; round += 1) {
      assert.deepEqual(parseAll(splitRandomly(bytes, random)), expected);
      try {
        parseAll(splitRandomly(mutate(bytes, random), random));
      } catch (error) {
        assert.ok(error instanceof ProtocolError, String(error));
        refused += 1;
      }
    }
    assert.ok(refused > 50, `only ${refused} damaged inputs were refused`);
  });
});

describe("a policy action", () => {
  it("is DUNNO or a refusal with its text", () => {
    assert.equal(encodePolicyAction(dunno), "action=DUNNO\n\n");
    assert.equal(
      encodePolicyAction({ kind: "refuse", reply: "550 5.1.10", text: "no mail here" }),
      "action=550 5.1.10 no mail here\n\n",
    );
  });

  it("never is empty and never is more than one short line", () => {
    const random = seededRandom(8);
    for (let round = 0; round < 2000; round += 1) {
      const length = random.pick([0, 1, 20, 9000]);
      const codes = Array.from({ length }, () => random.pick([0, 10, 13, 32, 65, 0xd800, 0x4f60]));
      const reply = random.pick(policyRefusals);
      const text = String.fromCharCode(...codes);
      const encoded = encodePolicyAction({ kind: "refuse", reply, text });
      assert.match(encoded, /^action=550 5\.\d\.\d{1,2} [^\n\r\0]+\n\n$/);
      assert.ok(Buffer.byteLength(encoded) < 512 && encoded.isWellFormed());
      const decoded = decodePolicyAction(encoded);
      assert.ok(decoded.kind === "refuse" && decoded.reply === reply);
      assert.equal(encodePolicyAction(decoded), encoded);
    }
  });

  for (const text of ["", "action=\n\n", "action=OK\n\n", "action=550 5.7.1 x\n\n", "DUNNO\n\n"]) {
    it(`is no ${JSON.stringify(text)}`, () => {
      assert.throws(() => decodePolicyAction(text), ProtocolError);
    });
  }
});
