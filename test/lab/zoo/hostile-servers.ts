/** Servers that are busy, broken or malicious, by script (RFC 5321 §4, RFC 3207). */
import type { SmtpScript } from "../../support/smtp-server.ts";
import type { Expectation, ZooDomain } from "./zoo-domain.ts";

function scripted(
  label: string,
  about: string,
  script: SmtpScript,
  expect: Expectation,
): ZooDomain {
  return { name: `${label}.plain.zoo`, about, hosts: [{ script }], expect };
}

function unknown(finding: NonNullable<Expectation["finding"]>): Expectation {
  return { status: "unknown", finding };
}

/** A scripted server refuses every MAIL. */
function failed(finding: NonNullable<Expectation["finding"]>): Expectation {
  return { status: "failed", finding, mail: "sealed, notification returned" };
}

const endlessLine = "250-mx.test does not come to an end, and neither does this line\r\n";

export const hostileServers: readonly ZooDomain[] = [
  scripted(
    "greets-421",
    "421 as its greeting",
    { greeting: "421 4.3.2 too busy, come back later\r\n" },
    unknown("try-again-later"),
  ),
  scripted(
    "greets-450",
    "450 as its greeting",
    { greeting: "450 4.7.1 greylisted\r\n" },
    unknown("try-again-later"),
  ),
  scripted(
    "greets-554",
    "554 as its greeting",
    { greeting: "554 5.7.1 no service for you\r\n" },
    unknown("greeting-refused"),
  ),
  scripted("silent", "says nothing", { greeting: undefined }, unknown("no-answer-in-time")),
  scripted(
    "drip",
    "one byte at a time, and never a whole line",
    { drip: "220-wait a moment " },
    // Too long for a line or too slow for a greeting, whichever comes first.
    { status: "unknown" },
  ),
  scripted(
    "endless-banner",
    "a greeting without end",
    { flood: "220-welcome, and welcome again\r\n" },
    unknown("not-smtp"),
  ),
  scripted(
    "endless-ehlo",
    "an answer to EHLO without end",
    { flood: endlessLine, floodsAt: "EHLO" },
    unknown("not-smtp"),
  ),
  scripted(
    "garbage",
    "bytes that are no SMTP",
    { greeting: "\u0000\u0001\u0002 \u00ff\u00fe\r\n" },
    unknown("not-smtp"),
  ),
  scripted(
    "ehlo-450",
    "450 as its answer to EHLO",
    { ehlo: "450 4.7.1 later\r\n" },
    unknown("try-again-later"),
  ),
  scripted(
    "helo-only",
    "knows HELO and not EHLO",
    { ehlo: "502 5.5.1 unknown command\r\n" },
    failed("starttls-refused"),
  ),
  {
    name: "no-starttls.plain.zoo",
    about: "does not offer STARTTLS",
    hosts: [{ manner: { startTls: false } }],
    expect: { status: "failed", finding: "starttls-not-offered" },
  },
  scripted(
    "starttls-454",
    "454 as its answer to STARTTLS",
    { startTls: "454 4.7.0 TLS not available\r\n" },
    unknown("try-again-later"),
  ),
  scripted(
    "starttls-501",
    "501 as its answer to STARTTLS",
    { startTls: "501 5.5.4 what?\r\n" },
    failed("starttls-refused"),
  ),
  scripted(
    "injection",
    "sends replies behind its answer to STARTTLS, before TLS",
    { injected: "250 2.1.0 forged\r\n250 2.1.5 forged\r\n" },
    failed("starttls-injection"),
  ),
  scripted(
    "closes-at-connect",
    "closes the connection at once",
    { closesAt: "CONNECT" },
    unknown("connection-lost"),
  ),
  scripted(
    "closes-at-ehlo",
    "closes the connection at EHLO",
    { closesAt: "EHLO" },
    unknown("connection-lost"),
  ),
  scripted(
    "closes-at-starttls",
    "closes the connection at STARTTLS",
    { closesAt: "STARTTLS" },
    unknown("connection-lost"),
  ),
  scripted(
    "resets-at-connect",
    "resets the connection at once",
    { resetsAt: "CONNECT" },
    unknown("connection-failed"),
  ),
  scripted(
    "resets-at-tls",
    "resets the connection at the first message of TLS",
    { resetsAtTls: true },
    unknown("tls-interrupted"),
  ),
  scripted(
    "silent-at-tls",
    "agrees to TLS and then says nothing, as a half-open connection does",
    { silentAtTls: true },
    unknown("no-answer-in-time"),
  ),
  scripted(
    "garbage-at-tls",
    "agrees to TLS and then speaks something else",
    { rawTls: Buffer.from("250 this is no TLS at all\r\n".repeat(4)) },
    { ...failed("tls-handshake-failed"), mail: "sealed, notification waits" },
  ),
  scripted(
    "endless-tls",
    "agrees to TLS and then sends records without end",
    { flood: Buffer.from([22, 3, 3, 0, 4, 1, 0, 0, 0]), floodsAt: "STARTTLS" },
    { ...failed("tls-handshake-failed"), mail: "sealed, notification waits" },
  ),
  scripted(
    "implicit-tls",
    "waits for TLS from the first byte, as on port 465",
    { greeting: undefined, ehlo: "" },
    unknown("no-answer-in-time"),
  ),
];
