/**
 * Senders that never finish: every stream parser gives up after as many bytes as its limits allow,
 * in pieces of any size, and asks for no more than it was given before.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ProtocolError } from "../../src/base/errors.ts";
import { NetstringParser } from "../../src/wire/netstring.ts";
import { PolicyRequestParser } from "../../src/wire/policy-delegation.ts";
import { QueueListingParser } from "../../src/wire/postqueue-json.ts";
import { SmtpReplyReader } from "../../src/wire/smtp-reply.ts";
import { SocketmapParser } from "../../src/wire/socketmap.ts";
import { mutate, seededRandom } from "../support/random.ts";

interface StreamParser {
  push(chunk: Buffer): void;
  next(): unknown;
}

interface Endless {
  readonly about: string;
  readonly create: () => StreamParser;
  readonly start: string;
  /** Repeated without end. */
  readonly more: string;
  /** Bytes after which it must have given up. */
  readonly limit: number;
}

const replyLimit = 65_536;
const requestLimit = 65_536;
const mapLimit = 16_384;

const endless: readonly Endless[] = [
  ["an SMTP reply of one line", "220 ", "x", 2048],
  ["an SMTP reply without a code", "", "x", 2048],
  ["an SMTP reply of many lines", "", "220-x\r\n", replyLimit],
  ["an SMTP reply of long lines", "", `250-${"x".repeat(2000)}\r\n`, replyLimit],
  ["an SMTP reply of empty lines", "", "\r\n", replyLimit],
  ["an SMTP reply of carriage returns", "220 ", "\r", 2048],
].map(([about, start, more, limit]) => ({
  about: String(about),
  create: () => new SmtpReplyReader(),
  start: String(start),
  more: String(more),
  limit: Number(limit),
}));

const others: readonly Endless[] = [
  {
    about: "a policy request of many lines",
    create: () => new PolicyRequestParser(),
    start: "request=smtpd_access_policy\n",
    more: "name=value\n",
    limit: requestLimit,
  },
  {
    about: "a policy request of one line",
    create: () => new PolicyRequestParser(),
    start: "recipient=",
    more: "x",
    limit: requestLimit,
  },
  {
    about: "a netstring's length",
    create: () => new NetstringParser(1000),
    start: "1",
    more: "0",
    limit: 5,
  },
  {
    about: "a socketmap request that is longer than it says",
    create: () => new SocketmapParser(),
    start: "16384:transport ",
    more: "x",
    limit: mapLimit + 10,
  },
];

/** Bytes pushed until the parser gave up with its own error. */
function bytesUntilRefused(one: Endless, chunkSize: number): number {
  const parser = one.create();
  const mostBytes = 2 * one.limit + chunkSize;
  const text = one.start + one.more.repeat(Math.ceil(mostBytes / one.more.length));
  const bytes = Buffer.from(text);
  for (let at = 0; at < mostBytes; at += chunkSize) {
    parser.push(bytes.subarray(at, at + chunkSize));
    try {
      while (parser.next() !== undefined);
    } catch (error) {
      assert.ok(error instanceof ProtocolError, String(error));
      return at + chunkSize;
    }
  }
  return Number.POSITIVE_INFINITY;
}

describe("a sender that never finishes", () => {
  for (const one of [...endless, ...others]) {
    it(`${one.about} is refused within its limit, in pieces of any size`, () => {
      for (const chunkSize of [1, 7, 1000, 16_384]) {
        const taken = bytesUntilRefused(one, chunkSize);
        assert.ok(taken <= one.limit + chunkSize, `${taken} bytes were taken`);
      }
    });
  }

  it("the queue's listing is skipped to its next line, and the entry behind it is read", () => {
    const parser = new QueueListingParser(1000);
    for (let count = 0; count < 10_000; count += 1) parser.push(Buffer.alloc(100, "x"));
    const entry =
      '{"queue_name":"deferred","queue_id":"4XyZ1k0qGzz9vRq","arrival_time":1,' +
      '"message_size":2,"sender":"a@b.example","recipients":[{"address":"c@d.example"}]}';
    assert.equal(parser.push(Buffer.from(`\n${entry}\n`)).length, 1);
    assert.equal(parser.skippedLines, 1);
  });
});

describe("what is read does not depend on how it was split", () => {
  const samples: readonly (readonly [string, () => StreamParser, string])[] = [
    [
      "SMTP replies",
      () => new SmtpReplyReader(),
      "220-a\r\n220 b\r\n250-c\n250-d\r\n250 e\r\n421\r\n",
    ],
    ["netstrings", () => new NetstringParser(50), "5:hello,0:,12:hello world!,3:a b,"],
    ["socketmap requests", () => new SocketmapParser(), "15:transport a@b.c,12:clear b.cdef,"],
    [
      "policy requests",
      () => new PolicyRequestParser(),
      "request=smtpd_access_policy\nrecipient=a@b\n\nrequest=smtpd_access_policy\nsender=\n\n",
    ],
  ];
  for (const [about, create, sample] of samples) {
    it(`nor do the faults: ${about}`, () => {
      for (let seed = 0; seed < 4000; seed += 1) {
        const random = seededRandom(seed);
        const bytes =
          random.below(5) === 0 ? Buffer.from(sample) : mutate(Buffer.from(sample), random);
        const whole = readAll(create(), [bytes]);
        const cuts = Array.from({ length: 3 }, () => random.below(bytes.length + 1)).toSorted(
          (a, b) => a - b,
        );
        const pieces = [0, ...cuts].map((from, at) =>
          bytes.subarray(from, cuts[at] ?? bytes.length),
        );
        assert.deepEqual(readAll(create(), pieces), whole, `seed ${seed}`);
      }
    });
  }
});

/** What was read, and at the end the code of the fault if there was one. */
function readAll(parser: StreamParser, chunks: readonly Buffer[]): readonly unknown[] {
  const read: unknown[] = [];
  try {
    for (const chunk of chunks) {
      parser.push(chunk);
      for (let one = parser.next(); one !== undefined; one = parser.next()) read.push(one);
    }
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error));
    read.push(error.code);
  }
  return read;
}
