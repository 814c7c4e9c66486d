/**
 * Servers that are broken or mean to be: whatever they do, the observation of one address ends
 * within its time, holds little memory, leaves no connection behind and says what happened.
 */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { describe, it } from "node:test";
import { createDeliveryTls } from "../../src/probe/delivery-tls.ts";
import { type Observation, observe } from "../../src/probe/observation.ts";
import { bcp195 } from "../../src/tls-profile/bcp195.ts";
import { type Identity, issueCertificate } from "../support/certificates.ts";
import { ProbeLab, quickTimes } from "../support/probe-lab.ts";
import { mutate, seededRandom } from "../support/random.ts";
import { type SmtpScript, SmtpServer } from "../support/smtp-server.ts";

const authority = issueCertificate({ commonName: "Test Root CA", isAuthority: true });
const host = "mx.corp.test";
const identity = issueCertificate({ names: [host], issuer: authority });
const tls = createDeliveryTls(bcp195, new ProbeLab(authority).trust);
const target = { host, address: "127.0.0.1", serverName: host };

type Times = Partial<typeof quickTimes>;
type OpenOffer = "when-refused" | "always";

function look(
  server: SmtpServer,
  times: Times = {},
  openOffer: OpenOffer = "when-refused",
): Promise<Observation> {
  return observe(target, {
    tls,
    connect: (address) => connect({ host: address, port: server.port }),
    ehloName: "client.test",
    times: { ...quickTimes, ...times },
    signal: new AbortController().signal,
    openOffer,
  });
}

/** `secured`, `refused`, or the code of the finding that stopped it. */
function nameOf(observation: Observation): string {
  return observation.kind === "stopped" ? observation.finding.code : observation.kind;
}

const impatient: Times = { greetingMs: 60, commandMs: 60, handshakeMs: 60 };
/** More than the buffers of two sockets on loopback ever hold. */
const plentyBytes = 32 * 1024 * 1024;

interface Case {
  readonly title: string;
  readonly server: SmtpScript;
  /** More than one where the network decides. */
  readonly outcome: string | readonly string[];
  readonly times?: Times;
}

const helloRequest = Buffer.from("160303000400000000", "hex");
const tlsAlert = Buffer.from("15030300020228", "hex");
const endlessCertificate = Buffer.concat([
  Buffer.from("1603034000", "hex"),
  Buffer.alloc(0x4000, 0x0b),
]);

const cases: readonly Case[] = [
  {
    title: "waits for every line of a greeting before it speaks",
    server: { identity, greeting: "220-one moment\r\n220-please\r\n220 now\r\n" },
    outcome: "secured",
  },
  {
    title: "takes STARTTLS that is offered twice and in lower case",
    server: { identity, ehlo: "250-mx\r\n250-starttls\r\n250-STARTTLS\r\n250 StartTls\r\n" },
    outcome: "secured",
  },
  {
    title: "does not wait for a greeting that drips without end",
    server: { drip: "220-still here\r\n" },
    times: impatient,
    outcome: "no-answer-in-time",
  },
  {
    title: "does not wait for one line that drips without end",
    server: { drip: "x" },
    times: impatient,
    outcome: "no-answer-in-time",
  },
  {
    title: "gives up on a banner without end",
    server: { flood: "220-and on\r\n".repeat(500) },
    outcome: "not-smtp",
  },
  {
    title: "gives up on an EHLO reply without end",
    server: { flood: "250-X-MORE\r\n".repeat(500), floodsAt: "EHLO" },
    outcome: "not-smtp",
  },
  {
    title: "gives up on an EHLO reply that never ends its line",
    server: { flood: "250-".padEnd(64 * 1024, "x"), floodsAt: "EHLO" },
    outcome: "not-smtp",
  },
  {
    title: "does not wait for a server that accepts and never answers",
    server: { greeting: undefined },
    times: impatient,
    outcome: "no-answer-in-time",
  },
  {
    title: "does not wait for a server that dies without a word after the greeting",
    server: { ehlo: "" },
    times: impatient,
    outcome: "no-answer-in-time",
  },
  {
    title: "does not wait for a server that dies without a word after EHLO",
    server: { startTls: "" },
    times: impatient,
    outcome: "no-answer-in-time",
  },
  {
    title: "does not wait for a server that dies without a word when TLS begins",
    server: { silentAtTls: true },
    times: impatient,
    outcome: "no-answer-in-time",
  },
  {
    title: "knows nothing of a server that resets every connection",
    server: { resetsAt: "CONNECT" },
    outcome: ["connection-failed", "connection-lost"],
  },
  {
    title: "knows nothing of a server that hangs up without a greeting",
    server: { closesAt: "CONNECT" },
    outcome: "connection-lost",
  },
  {
    title: "knows nothing of a server that resets the connection at EHLO",
    server: { resetsAt: "EHLO" },
    outcome: "connection-lost",
  },
  {
    title: "knows nothing of a server that hangs up at EHLO",
    server: { closesAt: "EHLO" },
    outcome: "connection-lost",
  },
  {
    title: "knows nothing of a server that resets the connection at STARTTLS",
    server: { resetsAt: "STARTTLS" },
    outcome: "connection-lost",
  },
  {
    title: "knows nothing of a server that resets the connection in the handshake",
    server: { resetsAtTls: true },
    outcome: "tls-interrupted",
  },
  {
    title: "does not mind a server that resets the connection at QUIT",
    server: { identity, resetsAt: "QUIT" },
    outcome: "secured",
  },
  {
    title: "knows nothing of a server that speaks TLS at once",
    server: { greeting: tlsAlert.toString("latin1") },
    times: impatient,
    outcome: "no-answer-in-time",
  },
  {
    title: "fails a server that takes only HELO",
    server: { ehlo: "500 5.5.1 what?\r\n", helo: "250 mx.test\r\n" },
    outcome: "starttls-refused",
  },
  {
    title: "knows nothing of a server that takes neither EHLO nor HELO from us",
    server: { ehlo: "550 5.7.1 your name\r\n", helo: "550 5.7.1 your name\r\n" },
    outcome: "greeting-refused",
  },
  {
    title: "knows nothing of a server that asks to come back later at HELO",
    server: { ehlo: "502 what?\r\n", helo: "421 busy\r\n" },
    outcome: "try-again-later",
  },
  {
    title: "knows nothing of a server that refuses us with 554",
    server: { greeting: "554 no\r\n" },
    outcome: "greeting-refused",
  },
  {
    title: "knows nothing of a server that answers EHLO with the code of a greeting",
    server: { ehlo: "220-mx\r\n220 STARTTLS\r\n" },
    outcome: "not-smtp",
  },
  {
    title: "knows nothing of a server that answers STARTTLS with 250",
    server: { identity, startTls: "250 fine\r\n" },
    outcome: "not-smtp",
  },
  {
    title: "knows nothing of a server that answers STARTTLS with 354",
    server: { identity, startTls: "354 go on\r\n" },
    outcome: "not-smtp",
  },
  {
    title: "counts a greeting of several codes by its last one",
    server: { greeting: "220-welcome\r\n421 not today\r\n" },
    outcome: "try-again-later",
  },
  {
    title: "takes no reply that was there before the command",
    server: { identity, greeting: "220 hi\r\n250-mx\r\n250 STARTTLS\r\n220 go\r\n" },
    outcome: "not-smtp",
  },
  {
    title: "fails plaintext behind the reply to STARTTLS",
    server: { identity, injected: "250 sneaked in\r\n" },
    outcome: "starttls-injection",
  },
  {
    title: "fails plaintext behind the reply to STARTTLS in a segment of its own",
    server: { identity, injectedApart: "250 sneaked in\r\n" },
    outcome: "starttls-injection",
  },
  {
    title: "refuses plaintext where a handshake should be",
    server: { rawTls: Buffer.from("250 I do not speak TLS\r\n".repeat(20)) },
    outcome: "refused",
  },
  {
    title: "refuses random bytes where a handshake should be",
    server: { rawTls: seededRandom(3).bytes(5000) },
    outcome: "refused",
  },
  {
    title: "refuses a TLS alert instead of a handshake",
    server: { rawTls: tlsAlert },
    outcome: "refused",
  },
  {
    title: "refuses plaintext without end where a handshake should be",
    server: { flood: "250-and on\r\n".repeat(500), floodsAt: "STARTTLS" },
    outcome: "refused",
  },
  {
    title: "refuses a handshake message without end",
    server: { flood: endlessCertificate, floodsAt: "STARTTLS" },
    outcome: "refused",
  },
  {
    title: "ends handshake messages that mean nothing and never stop",
    server: { flood: Buffer.concat(Array<Buffer>(5000).fill(helloRequest)), floodsAt: "STARTTLS" },
    outcome: "tls-interrupted",
  },
  {
    title: "does not mind bytes without end after QUIT",
    server: {
      identity,
      flood: "221-and on\r\n".repeat(500),
      floodsAt: "QUIT",
      staysAfterQuit: true,
    },
    outcome: "secured",
  },
];

describe("the probe of a hostile server", () => {
  for (const { title, server: script, outcome, times } of cases) {
    it(title, async () => {
      await using server = await SmtpServer.start(script);
      const observation = await look(server, times);
      const found = nameOf(observation);
      assert.ok([outcome].flat().includes(found), `${found}: ${JSON.stringify(observation)}`);
      await server.deserted();
      assert.ok(server.bytesSent < plentyBytes, `${server.bytesSent} bytes`);
    });
  }

  it("has a total time, though every stage is answered just in time", async () => {
    await using server = await SmtpServer.start({ identity, drip: "220-wait\r\n" });
    const observation = await look(server, { observationMs: 60 });
    assert.ok(observation.kind === "stopped");
    assert.deepEqual(observation.finding.facts, ["the greeting", "0.06"]);
  });
});

describe("a hostile server", () => {
  it("is not spoken to before it has greeted, not even with QUIT", async () => {
    await using server = await SmtpServer.start({ greeting: "220-one moment\r\n" });
    await look(server, impatient);
    await server.deserted();
    assert.deepEqual(server.heard, []);
  });

  it("hears QUIT also where it fell silent or talked nonsense", async () => {
    for (const script of [{ ehlo: "" }, { ehlo: "nonsense\r\n" }, { startTls: "" }]) {
      await using server = await SmtpServer.start(script);
      await look(server, impatient);
      await server.deserted();
      assert.equal(server.heard.at(-1), "QUIT");
    }
  });

  it("is left within a second where it does not close the connection", async () => {
    await using server = await SmtpServer.start({ identity, staysAfterQuit: true });
    assert.equal(nameOf(await look(server)), "secured");
    assert.deepEqual(server.heard, ["EHLO client.test", "STARTTLS", "QUIT"]);
  });
});

describe("a chain", () => {
  it("of more than a hundred certificates is cut short", async () => {
    await using server = await SmtpServer.start({ identity: deep(130) });
    const observation = await look(server);
    assert.ok(observation.kind === "secured", JSON.stringify(observation));
    assert.equal(observation.handshake.presented.length, 100);
    assert.notEqual(observation.handshake.trustError, undefined);
  });

  it("of more bytes than Postfix would take is refused", async () => {
    const names = Array.from({ length: 400 }, (_, index) => `name-${index}.of-many.test`);
    const large = issueCertificate({ names, issuer: authority });
    await using server = await SmtpServer.start({ identity: padded(large, 10) });
    const observation = await look(server);
    assert.ok(observation.kind === "refused");
    assert.match(observation.reason, /excessive message size/);
  });
});

/** One authority issues the next, and the last one the server's certificate. */
function deep(count: number): Identity {
  let issuer = authority;
  for (let level = 0; level < count; level += 1) {
    issuer = issueCertificate({ commonName: `Level ${level}`, isAuthority: true, issuer });
  }
  return issueCertificate({ names: [host], issuer });
}

function padded(one: Identity, count: number): Identity {
  return { ...one, chainPem: one.chainPem + one.pem.repeat(count) };
}

describe("an open offer", () => {
  it("is made on a second connection where it is always wanted", async () => {
    await using server = await SmtpServer.start({ identity });
    const observation = await look(server, {}, "always");
    assert.ok(observation.kind === "secured");
    assert.equal(observation.open?.facts.protocol, "TLSv1.3");
    assert.equal(server.connections, 2);
    assert.equal(server.mostAtOnce, 1);
  });

  it("is not made where Postfix's was taken and nobody asked", async () => {
    await using server = await SmtpServer.start({ identity });
    const observation = await look(server);
    assert.ok(observation.kind === "secured");
    assert.equal(observation.open, undefined);
    assert.equal(server.connections, 1);
  });
});

describe("a server of random bytes", () => {
  const random = seededRandom(11);
  const texts = {
    greeting: "220 mx.test ESMTP\r\n",
    ehlo: "250-mx.test\r\n250-STARTTLS\r\n250 8BITMIME\r\n",
    startTls: "220 go\r\n",
  };
  const distort = (text: string): string =>
    random.below(3) === 0 ? mutate(Buffer.from(text), random).toString("latin1") : text;

  it("always leads to an observation, and no connection stays", async () => {
    for (let round = 0; round < 8; round += 1) {
      const scripts = Array.from(
        { length: 25 },
        (): SmtpScript => ({
          greeting: distort(texts.greeting),
          ehlo: distort(texts.ehlo),
          startTls: distort(texts.startTls),
          rawTls: random.bytes(random.below(200)),
        }),
      );
      await Promise.all(
        scripts.map(async (script) => {
          await using server = await SmtpServer.start(script);
          const observation = await look(server, impatient);
          assert.notEqual(observation.kind, "secured", JSON.stringify(script));
          await server.deserted();
        }),
      );
    }
  });
});
