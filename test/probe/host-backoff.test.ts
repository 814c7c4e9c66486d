/** How long an address rests after trouble. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Finding } from "../../src/base/verdict.ts";
import { finding } from "../../src/probe/finding.ts";
import { HostBackoff } from "../../src/probe/host-backoff.ts";
import { describeTrouble } from "../../src/probe/host-trouble.ts";
import { FixedClock } from "../support/fixed-clock.ts";

const minute = 60_000;
const address = "192.0.2.1";

describe("an address that gave trouble", () => {
  it("rests a minute and knows why", () => {
    const clock = new FixedClock();
    const backoff = new HostBackoff(clock);
    backoff.rest(address, "421 busy");
    assert.equal(backoff.restOf(address)?.reason, "421 busy");
    assert.equal(backoff.restOf(address)?.until, clock.now() + minute);
    assert.equal(backoff.restOf("192.0.2.2"), undefined);
    clock.advance(minute - 1);
    assert.notEqual(backoff.restOf(address), undefined);
    clock.advance(1);
    assert.equal(backoff.restOf(address), undefined);
  });

  it("rests twice as long each time, a quarter of an hour at most", () => {
    const clock = new FixedClock();
    const backoff = new HostBackoff(clock);
    const minutes = Array.from({ length: 6 }, () => {
      backoff.rest(address, "refused");
      const rest = (backoff.restOf(address)?.until ?? 0) - clock.now();
      clock.advance(rest);
      return rest / minute;
    });
    assert.deepEqual(minutes, [1, 2, 4, 8, 15, 15]);
  });

  it("begins anew when it was asked and answered", () => {
    const clock = new FixedClock();
    const backoff = new HostBackoff(clock);
    backoff.rest(address, "refused");
    clock.advance(minute);
    backoff.forget(address);
    backoff.rest(address, "refused");
    assert.equal(backoff.restOf(address)?.until, clock.now() + minute);
  });

  it("begins anew when the last trouble was long ago", () => {
    const clock = new FixedClock();
    const backoff = new HostBackoff(clock);
    backoff.rest(address, "refused");
    clock.advance(16 * minute);
    backoff.rest(address, "refused");
    assert.equal(backoff.restOf(address)?.until, clock.now() + minute);
  });

  it("does not rest for ever when the clock is set back", () => {
    const clock = new FixedClock();
    const backoff = new HostBackoff(clock);
    backoff.rest(address, "refused");
    clock.advance(-24 * 60 * minute);
    assert.equal(backoff.restOf(address), undefined);
  });

  it("is forgotten when many others came after it", () => {
    const backoff = new HostBackoff(new FixedClock(), undefined, 100);
    for (let count = 0; count < 1000; count += 1) backoff.rest(`a${count}`, "refused");
    assert.equal(backoff.size, 100);
    assert.equal(backoff.restOf("a899"), undefined);
    assert.notEqual(backoff.restOf("a900"), undefined);
    backoff.rest("a900", "refused");
    backoff.rest("one more", "refused");
    assert.equal(backoff.restOf("a901"), undefined);
    assert.notEqual(backoff.restOf("a900"), undefined);
  });
});

const troubles: readonly (readonly [Finding, string | undefined])[] = [
  [finding("try-again-later", ["the greeting", "421 too many"]), "421 too many"],
  [finding("greeting-refused", ["554 listed"]), "554 listed"],
  [finding("connection-failed", ["refused"]), "refused"],
  [finding("connection-failed", ["no answer"]), "no answer"],
  [finding("no-answer-in-time", ["the greeting", "30"]), "no answer in time"],
  [finding("connection-lost", ["the greeting"]), "it closed the connection"],
  [finding("not-smtp", ["the greeting", "reply 250"]), "it did not speak SMTP"],
  [finding("tls-interrupted", []), "the TLS handshake broke off"],
  [finding("connection-failed", ["the network cannot be reached"]), undefined],
  [finding("connection-failed", ["EMFILE"]), undefined],
  [finding("no-ipv6-route", []), undefined],
  [finding("probe-timeout", []), undefined],
  [finding("connection-queue-full", []), undefined],
  [finding("host-resting", ["refused", "soon"]), undefined],
  [finding("starttls-not-offered", []), undefined],
];

describe("trouble that a rest helps", () => {
  for (const [found, words] of troubles) {
    const shown = `${found.code} (${found.facts?.join(", ")})`;
    it(`${words === undefined ? "is not" : "is"} ${shown}`, () => {
      assert.equal(describeTrouble(found), words);
    });
  }
});
