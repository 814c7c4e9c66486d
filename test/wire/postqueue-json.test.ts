import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  parseQueueEntry,
  type QueueEntry,
  QueueListingParser,
} from "../../src/wire/postqueue-json.ts";
import { mutate, seededRandom } from "../support/random.ts";

/** As Postfix 3.7.11 prints it. */
const listing = Buffer.from(
  [
    '{"queue_name": "deferred", "queue_id": "4jYF1p5LvLzJSyb", "arrival_time": 1795458798, "message_size": 255, "forced_expire": false, "sender": "s@own.example", "recipients": [{"address": "a@x.test", "delay_reason": "TLS check of x.test in progress"}]}',
    '{"queue_name": "deferred", "queue_id": "4jYF1p5YVTzJSyq", "arrival_time": 1795458798, "message_size": 255, "forced_expire": false, "sender": "s@own.example", "recipients": [{"address": "\\"odd \\\\\\"q\\"@x.test", "delay_reason": "Host or domain name not found"}]}',
    '{"queue_name": "active", "queue_id": "A0FF31", "arrival_time": 1795458799, "message_size": 248, "forced_expire": false, "sender": "MAILER-DAEMON", "recipients": [{"address": "B+ext@x.test"}, {"address": "müller@x.test"}]}',
    "",
  ].join("\n"),
);

const entries: readonly QueueEntry[] = [
  {
    queueName: "deferred",
    queueId: "4jYF1p5LvLzJSyb",
    arrivedAt: 1795458798000,
    sizeBytes: 255,
    sender: "s@own.example",
    recipients: [{ address: "a@x.test", delayReason: "TLS check of x.test in progress" }],
  },
  {
    queueName: "deferred",
    queueId: "4jYF1p5YVTzJSyq",
    arrivedAt: 1795458798000,
    sizeBytes: 255,
    sender: "s@own.example",
    recipients: [{ address: '"odd \\"q"@x.test', delayReason: "Host or domain name not found" }],
  },
  {
    queueName: "active",
    queueId: "A0FF31",
    arrivedAt: 1795458799000,
    sizeBytes: 248,
    sender: "MAILER-DAEMON",
    recipients: [{ address: "B+ext@x.test" }, { address: "müller@x.test" }],
  },
];

function parseInPieces(input: Buffer, pieceBytes: () => number, longestLine?: number) {
  const parser = new QueueListingParser(longestLine);
  const found: QueueEntry[] = [];
  for (let at = 0; at < input.length; ) {
    const next = at + Math.max(1, pieceBytes());
    found.push(...parser.push(input.subarray(at, next)));
    at = next;
  }
  parser.end();
  return { found, skippedLines: parser.skippedLines };
}

describe("the listing of postqueue -j", () => {
  it("is read the same however it is cut into pieces", () => {
    const random = seededRandom(1);
    for (let round = 0; round < 200; round += 1) {
      const most = 1 + random.below(400);
      const { found, skippedLines } = parseInPieces(listing, () => random.below(most));
      assert.deepEqual(found, entries);
      assert.equal(skippedLines, 0);
    }
  });

  it("skips and counts a line that is too long, and reads on", () => {
    const long = Buffer.from(`{"queue_name": "${"x".repeat(2000)}"}\n`);
    const { found, skippedLines } = parseInPieces(Buffer.concat([long, listing]), () => 100, 1000);
    assert.deepEqual(found, entries);
    assert.equal(skippedLines, 1);
  });

  it("counts a last line that was cut off", () => {
    const { found, skippedLines } = parseInPieces(listing.subarray(0, -2), () => 64);
    assert.equal(found.length, 2);
    assert.equal(skippedLines, 1);
  });

  for (const [name, line] of [
    ["no JSON", "mail queue is empty"],
    ["no object", "[1]"],
    [
      "a queue ID that is none",
      '{"queue_name":"deferred","queue_id":"-i","arrival_time":1,"message_size":1,"sender":"","recipients":[]}',
    ],
    [
      "no recipients",
      '{"queue_name":"deferred","queue_id":"A0FF31","arrival_time":1,"message_size":1,"sender":""}',
    ],
    [
      "a recipient without an address",
      '{"queue_name":"deferred","queue_id":"A0FF31","arrival_time":1,"message_size":1,"sender":"","recipients":[{}]}',
    ],
    [
      "a negative time",
      '{"queue_name":"deferred","queue_id":"A0FF31","arrival_time":-1,"message_size":1,"sender":"","recipients":[]}',
    ],
  ] as const) {
    it(`takes a line with ${name} for no entry`, () => {
      assert.equal(parseQueueEntry(line), undefined);
    });
  }

  it("ignores members it does not know", () => {
    const line =
      '{"queue_name":"deferred","queue_id":"A0FF31","arrival_time":1,"message_size":2,"sender":"","recipients":[],"new":{}}';
    assert.equal(parseQueueEntry(line)?.queueId, "A0FF31");
  });

  it("survives damage: every line is an entry, skipped or empty", () => {
    const random = seededRandom(2);
    for (let round = 0; round < 3000; round += 1) {
      const damaged = mutate(listing, random);
      const { found, skippedLines } = parseInPieces(damaged, () => random.below(300), 5000);
      const lines = damaged.toString("latin1").split("\n");
      assert.ok(found.length + skippedLines <= lines.length);
      assert.ok(
        found.length + skippedLines >= lines.filter((line) => line.trim() !== "").length - 1,
      );
    }
  });
});
