import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Verdict } from "../../src/base/verdict.ts";
import { DowngradeAlarm } from "../../src/gate/downgrade-alarm.ts";
import type { RecordedVerdict } from "../../src/gate/record-verdict.ts";
import { turnOf } from "../../src/gate/verdict-turn.ts";
import { FixedClock } from "../support/fixed-clock.ts";
import { failedVerdict, provenVerdict } from "../support/full-verdict.ts";
import { RecordingLog } from "../support/recording-log.ts";

function recorded(old: Verdict | undefined, verdict: Verdict): RecordedVerdict {
  return { verdict, turn: turnOf(old, verdict) };
}

function lost(index: number): RecordedVerdict {
  const name = `d${index}.example`;
  return recorded(provenVerdict(name), failedVerdict(name));
}

function setUp() {
  const clock = new FixedClock();
  const log = new RecordingLog();
  return { clock, log, alarm: new DowngradeAlarm(clock, log) };
}

describe("DowngradeAlarm", () => {
  it("says which domain lost what, to what and why", () => {
    const { log, alarm } = setUp();
    const old = provenVerdict("far.example", { assurance: "dane" });
    alarm.note(recorded(old, failedVerdict("far.example")));
    assert.deepEqual(log.lines, [
      {
        level: "warn",
        fields: {
          domain: "far.example",
          from: "proven dane",
          to: "failed",
          code: "self-signed",
          reason: "The certificate is self-signed; one from a known authority was expected.",
          downgrades: 1,
        },
        text: "a domain is less protected than before",
      },
    ]);
  });

  it("keeps silent about every other turn, and where nothing turned", () => {
    const { log, alarm } = setUp();
    const proven = provenVerdict("far.example");
    const failed = failedVerdict("far.example");
    for (const old of [undefined, failed]) alarm.note(recorded(old, proven));
    alarm.note(recorded(undefined, failed));
    alarm.note(recorded(proven, proven));
    assert.deepEqual(log.lines, []);
    assert.equal(alarm.count, 0);
  });

  it("names the first of very many, counts the others in one line and begins anew", () => {
    const { clock, log, alarm } = setUp();
    for (let index = 0; index < 100_000; index += 1) alarm.note(lost(index));
    assert.equal(log.lines.length, 50);
    clock.advance(59_999);
    alarm.tick();
    assert.equal(log.lines.length, 50);
    clock.advance(1);
    alarm.tick();
    alarm.tick();
    assert.deepEqual(log.lines.at(-1)?.fields, { unnamed: 99_950, downgrades: 100_000 });
    assert.equal(log.lines.length, 51);
    alarm.note(lost(7));
    assert.equal(log.lines.at(-1)?.fields["domain"], "d7.example");
    assert.equal(alarm.count, 100_001);
  });

  it("counts the others also when the process ends before the minute", () => {
    const { log, alarm } = setUp();
    for (let index = 0; index < 52; index += 1) alarm.note(lost(index));
    alarm[Symbol.dispose]();
    assert.deepEqual(log.lines.at(-1)?.fields, { unnamed: 2, downgrades: 52 });
  });
});
