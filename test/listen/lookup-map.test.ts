import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RouteObserver, TransactionMemory, Way } from "../../src/gate/transaction.ts";
import { LookupMap } from "../../src/listen/lookup-map.ts";
import type { SocketmapReply } from "../../src/wire/socketmap.ts";
import { FakeDecider } from "../support/fake-decider.ts";
import { FixedClock } from "../support/fixed-clock.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { sampleDecisions } from "../support/sample-decisions.ts";

interface Scene {
  readonly map: LookupMap;
  readonly decider: FakeDecider;
  readonly clock: FixedClock;
  readonly log: RecordingLog;
  readonly routes: [string, Way][];
}

function scene(queueIds: Readonly<Record<string, readonly string[]>> = {}): Scene {
  const decider = new FakeDecider();
  const clock = new FixedClock();
  const log = new RecordingLog();
  const routes: [string, Way][] = [];
  const observer: RouteObserver = { answered: (...route) => routes.push(route) };
  const transactions: TransactionMemory = { queueIdsOf: (name) => queueIds[name] ?? [] };
  const map = new LookupMap({ decider, observer, transactions, clock, log });
  return { map, decider, clock, log, routes };
}

function ask(map: LookupMap, name: string, key: string): SocketmapReply {
  return map.lookup({ map: name, key });
}

describe("the transport map", () => {
  it("routes by decision, tells the observer, and writes one line with the queue IDs", () => {
    const { map, decider, log, routes } = scene({ "Bob@Partner.example": ["4jY0", "4jY1"] });
    decider.decisions.set("Bob@Partner.example", sampleDecisions.seal);
    const reply = ask(map, "transport", "Bob@Partner.example");
    assert.deepEqual(reply, { word: "OK", data: "mxseal-hold:[127.0.0.1]:10043" });
    assert.deepEqual(routes, [["Bob@Partner.example", "mxseal-hold"]]);
    assert.deepEqual(log.lines, [
      {
        level: "info",
        text: "route",
        fields: {
          recipient: "Bob@Partner.example",
          queueIds: ["4jY0", "4jY1"],
          way: "mxseal-hold",
          decision: "seal",
          verdict: "failed",
          rule: 8,
        },
      },
    ]);
  });

  it("makes every recipient it knows nothing of wait", () => {
    const { map, routes } = scene();
    const keys = [
      "new@partner.example",
      "a b@x",
      "@",
      "no-domain",
      "\ufffd@\ufffd",
      ":",
      "error:5",
    ];
    for (const key of keys) {
      const reply = ask(map, "transport", key);
      assert.ok(reply.word === "OK" && reply.data.startsWith("retry:4.7.5 "), key);
    }
    assert.deepEqual(
      routes.map(([, way]) => way),
      keys.map(() => "retry"),
    );
  });

  it("alarms, once per domain and minute, when a domain of ours is not proven", () => {
    const { map, decider, log } = scene();
    for (const recipient of ["a@own.example", "b@own.example", "c@Own.example"]) {
      decider.decisions.set(recipient, sampleDecisions.ownUnproven);
      ask(map, "transport", recipient);
    }
    assert.deepEqual(
      log.at("warn").map((line) => line.fields),
      [{ domain: "own.example" }],
    );
  });

  for (const key of ["*", "<>", ""]) {
    it(`never has an answer for ${JSON.stringify(key)}`, () => {
      const { map, decider, routes } = scene();
      decider.decisions.set(key, sampleDecisions.secure);
      assert.deepEqual(ask(map, "transport", key), { word: "NOTFOUND" });
      assert.deepEqual(routes, []);
    });
  }
});

describe("the TLS policy map", () => {
  it("answers the policy of a proven domain in any spelling", () => {
    const { map, decider, log } = scene();
    decider.policies.set("xn--bcher-kva.example", "secure match=mx.example");
    for (const key of ["bücher.example", "Bücher.Example", "xn--bcher-kva.example."]) {
      const reply = ask(map, "tls-policy", key);
      assert.deepEqual(reply, { word: "OK", data: "secure match=mx.example" });
    }
    assert.deepEqual(
      log.lines.map((line) => line.level),
      ["debug", "debug", "debug"],
    );
  });

  it("has nothing to say of parents and makes every other key wait", () => {
    const { map, decider } = scene();
    decider.policies.set("example.com", "secure match=mx");
    assert.equal(ask(map, "tls-policy", ".example.com").word, "NOTFOUND");
    for (const key of [
      "[example.com]",
      "example.com:25",
      "[ipv6:::1]",
      "",
      "*",
      "unknown.example",
    ]) {
      assert.equal(ask(map, "tls-policy", key).word, "TEMP", key);
    }
  });

  it("warns once per domain and minute, however often and for however many it is asked", () => {
    const { map, clock, log } = scene();
    for (let times = 0; times < 5; times += 1) ask(map, "tls-policy", "a.example");
    ask(map, "tls-policy", "b.example");
    assert.equal(log.at("warn").length, 2);
    clock.advance(60_000);
    ask(map, "tls-policy", "a.example");
    assert.equal(log.at("warn").length, 3);
    for (let port = 0; port < 50; port += 1) ask(map, "tls-policy", `[a.example]:${port}`);
    assert.equal(log.at("warn").length, 4);
  });
});

describe("the gate map of allowed mail", () => {
  it("answers the rule's TLS level while it holds", () => {
    const { map, decider } = scene();
    decider.gates.set("allowed.example", "encrypt");
    assert.deepEqual(ask(map, "clear", "Allowed.Example"), { word: "OK", data: "encrypt" });
    decider.gates.delete("allowed.example");
    assert.equal(ask(map, "clear", "Allowed.Example").word, "TEMP");
    assert.equal(ask(map, "clear", ".Example").word, "NOTFOUND");
    assert.equal(ask(map, "clear", "[allowed.example]").word, "TEMP");
  });

  it("does not let a proven policy through, nor the other way round", () => {
    const { map, decider } = scene();
    decider.policies.set("proven.example", "secure match=mx");
    decider.gates.set("allowed.example", "may");
    assert.equal(ask(map, "clear", "proven.example").word, "TEMP");
    assert.equal(ask(map, "tls-policy", "allowed.example").word, "TEMP");
  });
});

describe("a map that does not exist", () => {
  it("makes mail wait, with one line that names those that do", () => {
    const { map, log } = scene();
    for (const name of ["tls", "Transport", "transports"]) {
      assert.equal(ask(map, name, "bob@partner.example").word, "TEMP");
    }
    assert.equal(log.lines.length, 1);
    assert.match(log.lines[0]?.text ?? "", /transport, tls-policy, clear/);
  });
});
