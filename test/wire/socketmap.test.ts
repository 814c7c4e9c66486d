import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ProtocolError } from "../../src/base/errors.ts";
import { NetstringParser } from "../../src/wire/netstring.ts";
import {
  decodeSocketmapReply,
  encodeSocketmapReply,
  encodeSocketmapRequest,
  SocketmapParser,
  type SocketmapReply,
  type SocketmapRequest,
} from "../../src/wire/socketmap.ts";
import { mutate, seededRandom } from "../support/random.ts";
import { splitRandomly } from "../support/split.ts";

function parseAll(chunks: readonly Buffer[]): readonly SocketmapRequest[] {
  const parser = new SocketmapParser();
  const requests: SocketmapRequest[] = [];
  for (const chunk of chunks) {
    parser.push(chunk);
    for (let found = parser.next(); found !== undefined; found = parser.next()) {
      requests.push(found);
    }
  }
  return requests;
}

/** The reply as Postfix reads it. */
function received(reply: SocketmapReply): SocketmapReply {
  const strings = new NetstringParser(100_000);
  strings.push(Buffer.from(encodeSocketmapReply(reply)));
  const payload = strings.next();
  assert.ok(payload !== undefined && !strings.pending);
  return decodeSocketmapReply(payload);
}

describe("a socketmap request", () => {
  for (const [key, what] of [
    ["User+Ext@Example.COM", "keeps the case and the extension"],
    ['"a b"@example.com', "keeps blanks and quotes"],
    ["üser@bücher.example", "is UTF-8"],
    ["*", "may be the catch-all key"],
    ["", "may have an empty key"],
  ] as const) {
    it(what, () => {
      const bytes = Buffer.from(encodeSocketmapRequest({ map: "transport", key }));
      assert.deepEqual(parseAll([bytes]), [{ map: "transport", key }]);
    });
  }

  it("with bytes that are not UTF-8 is still a request, with a key that names nobody", () => {
    const bytes = Buffer.concat([Buffer.from("12:transport \xfc@", "latin1"), Buffer.from(",")]);
    assert.deepEqual(parseAll([bytes]), [{ map: "transport", key: "\ufffd@" }]);
  });

  for (const [what, input, code] of [
    ["no map name", "4: key,", "no-map-name"],
    ["one word only", "9:transport,", "no-map-name"],
    ["nothing", "0:,", "no-map-name"],
    ["more than a key can be", "16385:", "too-long"],
  ] as const) {
    it(`is refused with ${what}`, () => {
      assert.throws(
        () => parseAll([Buffer.from(input)]),
        (error) => error instanceof ProtocolError && error.code === code,
      );
    });
  }

  it("survives any split and, damaged, throws nothing but ProtocolError", () => {
    const random = seededRandom(5);
    const requests = [
      { map: "transport", key: "Üser@example.com" },
      { map: "tls-policy", key: "[127.0.0.1]:10043" },
      { map: "clear", key: "" },
    ];
    const bytes = Buffer.from(requests.map(encodeSocketmapRequest).join(""));
    for (let round = 0; round < 1000; round += 1) {
      assert.deepEqual(parseAll(splitRandomly(bytes, random)), requests);
      try {
        parseAll(splitRandomly(mutate(bytes, random), random));
      } catch (error) {
        assert.ok(error instanceof ProtocolError, String(error));
      }
    }
  });
});

describe("a socketmap reply", () => {
  for (const reply of [
    { word: "OK", data: "mxseal-secure:" },
    { word: "OK", data: ":" },
    { word: "OK", data: "retry:4.7.5 Grüße" },
    { word: "NOTFOUND" },
    { word: "TEMP", reason: "not proven now" },
    { word: "PERM", reason: "never" },
    { word: "TIMEOUT", reason: "" },
  ] as const satisfies readonly SocketmapReply[]) {
    it(`arrives as it was: ${JSON.stringify(reply)}`, () => {
      assert.deepEqual(received(reply), reply);
    });
  }

  it("keeps the blank after NOTFOUND", () => {
    assert.equal(encodeSocketmapReply({ word: "NOTFOUND" }), "9:NOTFOUND ,");
  });

  for (const [what, data] of [
    ["empty", ""],
    ["over Postfix's limit", "x".repeat(99_997)],
    ["over it in bytes, not in characters", "ü".repeat(60_000)],
    ["with a line break", "secure\nmatch=x"],
    ["with a NUL", "secure\0"],
    ["not valid Unicode", "secure \ud800"],
  ] as const) {
    it(`never is an OK that is ${what}: the mail waits instead`, () => {
      assert.equal(received({ word: "OK", data }).word, "TEMP");
    });
  }

  it("may fill Postfix's limit", () => {
    const reply = { word: "OK", data: "x".repeat(99_996) } as const;
    assert.deepEqual(received(reply), reply);
  });

  it("gives a reason in one line of bounded length", () => {
    const reply = received({ word: "TEMP", reason: `a\nb\0${"x".repeat(200_000)}` });
    assert.ok(reply.word === "TEMP" && /^a b x+$/.test(reply.reason));
    assert.ok(encodeSocketmapReply(reply).length < 600);
  });

  it("throws nothing but ProtocolError when decoded from anything", () => {
    const random = seededRandom(6);
    for (let round = 0; round < 2000; round += 1) {
      const text = mutate(Buffer.from("TEMP not now"), random).toString();
      try {
        decodeSocketmapReply(text);
      } catch (error) {
        assert.ok(error instanceof ProtocolError, String(error));
      }
    }
    for (const text of ["", "OK", "OK ", "ok x", "MAYBE x"]) {
      assert.throws(() => decodeSocketmapReply(text), ProtocolError);
    }
  });
});
