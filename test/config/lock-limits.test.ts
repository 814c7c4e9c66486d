import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import { parseConfig } from "../../src/config/load.ts";
import { attemptLimits } from "../../src/config/lock-limits.ts";
import { longestWindowMs } from "../../src/store/attempt-count.ts";

const limitsOf = (lines: string) => attemptLimits(parseConfig(`[lock]\n${lines}`, "t").lock);

describe("the limits of the lock", () => {
  it("are the usual ones where nothing is said", () => {
    assert.deepEqual(limitsOf(""), {
      perMessage: 20,
      lockMs: 24 * 3_600_000,
      perCode: 100,
      perNetwork: 5,
      networkWindowMs: 10 * 60_000,
      networkPauseMs: 30 * 60_000,
      perNetworkHour: 30,
      alarmAfter: 3,
    });
  });

  it("take minutes and hours as their keys say", () => {
    const lines = [
      "wrong_per_network = 4",
      "network_window_minutes = 60",
      "network_pause_minutes = 120",
      "wrong_per_network_hour = 50",
      "wrong_per_message = 10",
      "message_lock_hours = 48",
      "wrong_per_code = 40",
      "alarm_at = 1",
    ];
    assert.deepEqual(limitsOf(lines.join("\n")), {
      perMessage: 10,
      lockMs: 48 * 3_600_000,
      perCode: 40,
      perNetwork: 4,
      networkWindowMs: 60 * 60_000,
      networkPauseMs: 120 * 60_000,
      perNetworkHour: 50,
      alarmAfter: 1,
    });
  });

  it("are whole milliseconds also where minutes and hours are not", () => {
    const lines = [
      "network_window_minutes = 7.00001",
      "network_pause_minutes = 5.123456789",
      "message_lock_hours = 1.00000001",
    ];
    const { networkWindowMs, networkPauseMs, lockMs } = limitsOf(lines.join("\n"));
    assert.deepEqual([networkWindowMs, networkPauseMs, lockMs], [420_001, 307_407, 3_600_000]);
  });

  it("have no longer window than the store keeps networks", () => {
    assert.equal(limitsOf("network_window_minutes = 1440").networkWindowMs, longestWindowMs);
    assert.throws(() => limitsOf("network_window_minutes = 1441"), MxsealError);
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    [
      "more guesses in a code's life than a secret tried online may have",
      "wrong_per_code = 101",
      /lock\.wrong_per_code/,
    ],
    ["a message that is never locked", "wrong_per_message = 101", /lock\.wrong_per_message/],
    ["a message that one slip locks", "wrong_per_message = 4", /lock\.wrong_per_message/],
    ["a lock that ends at once", "message_lock_hours = 0", /lock\.message_lock_hours/],
    ["a pause that ends at once", "network_pause_minutes = 0", /lock\.network_pause_minutes/],
    ["a lock without end", "message_lock_hours = inf", /lock\.message_lock_hours/],
    ["a window of no length", "network_window_minutes = nan", /lock\.network_window_minutes/],
    ["half a guess", "wrong_per_network = 4.5", /lock\.wrong_per_network/],
    [
      "a count of the network that the message's forestalls",
      "wrong_per_network = 12\nwrong_per_message = 10",
      /lock\.wrong_per_network: 12 is never reached: `lock\.wrong_per_message` is 10/,
    ],
    [
      "a count of the message that the code's forestalls",
      "wrong_per_message = 20\nwrong_per_code = 15",
      /lock\.wrong_per_message: 20 is never reached: `lock\.wrong_per_code` is 15/,
    ],
    [
      "an alarm that the lock forestalls",
      "alarm_at = 21",
      /lock\.alarm_at: 21 is never reached: `lock\.wrong_per_message` is 20/,
    ],
  ];
  for (const [what, lines, message] of refused) {
    it(`refuse ${what}`, () => {
      assert.throws(
        () => limitsOf(lines),
        (error) => error instanceof MxsealError && message.test(error.message),
      );
    });
  }
});
