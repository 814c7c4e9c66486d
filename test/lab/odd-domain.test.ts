/** Odd spellings of one domain with real DNS and a real Postfix: one probe, one verdict, delivery. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { StreamClient } from "../support/stream-client.ts";
import { Lab } from "./lab.ts";
import { composeLetter } from "./letter.ts";
import { submit } from "./submit.ts";
import { waitUntil } from "./wait-until.ts";

const domain = "xn--bcher-kva.test";
const spellings = [
  "b\u00fccher.test",
  "B\u00dcCHER.Test.",
  "bu\u0308cher.test",
  "XN--Bcher-KVA.test",
];

describe("a domain in letters beyond ASCII", () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.start({ mxseal: {}, domains: [{ name: domain, about: "IDN" }] });
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  it("is probed as one domain however it is written", async () => {
    const told = await lab.mxseal.must("probe", "--json", ...spellings);
    const verdicts = told
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      verdicts.map((verdict) => [verdict.domain, verdict.status]),
      spellings.map(() => [domain, "proven"]),
    );
  });

  it("takes mail in A-labels of any case over TLS as it was proven", async () => {
    const recipient = "x@XN--Bcher-KVA.TEST";
    const { queueId = "" } = await submit(composeLetter({ to: [recipient] }));
    const { received } = lab.recipients.server(domain);
    const mail = await waitUntil("the mail arrives", () => received[0], { deadlineMs: 60_000 });
    await lab.postfix.logged(queueId, "mxseal-secure", "status=sent");
    assert.match(mail.tls ?? "", /^TLSv1\.[23]$/);
  });

  it("has one verdict, which answers every spelling that Postfix may ask with", async () => {
    const listed = (await lab.mxseal.must("verdict", "list", "--json")).trim().split("\n");
    assert.equal(listed.length, 1);
    await using maps = await StreamClient.connect("127.0.0.1:10041");
    for (const spelling of spellings) {
      const question = `transport somebody@${spelling}`;
      const reply = await maps.ask(`${Buffer.byteLength(question)}:${question},`, ",");
      assert.match(reply, /:OK mxseal-secure:,$/, spelling);
    }
  });

  it("is not confused with an address literal, which waits with its reason", async () => {
    const { queueId = "" } = await submit(composeLetter({ to: ["x@[127.1.0.10]"] }));
    await lab.postfix.logged(queueId, "status=deferred (mail to an IP address in brackets");
    const received = lab.recipients.server(domain).received;
    assert.equal(
      received.some((mail) => mail.recipients.includes("x@[127.1.0.10]")),
      false,
    );
  });
});
