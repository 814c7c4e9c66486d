import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { listenPolicy } from "../../src/listen/policy-service.ts";
import { listenSocketmap } from "../../src/listen/socketmap-service.ts";
import type { Decision } from "../../src/rules/decision.ts";
import { policyRequestText } from "../support/policy-request.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { sampleDecisions } from "../support/sample-decisions.ts";
import { StreamClient } from "../support/stream-client.ts";

const directory = mkdtempSync(join(tmpdir(), "mxseal-services-"));
after(() => rmSync(directory, { recursive: true }));

const echo = {
  lookup: (request: { readonly map: string; readonly key: string }) =>
    request.key === "none"
      ? ({ word: "NOTFOUND" } as const)
      : ({ word: "OK", data: `${request.map}|${request.key}` } as const),
};

for (const [kind, endpoint] of [
  ["TCP", "127.0.0.1:0"],
  ["a unix socket", join(directory, "service.sock")],
] as const) {
  describe(`the socketmap service over ${kind}`, () => {
    it("answers split and pipelined requests in order, in UTF-8", async () => {
      const log = new RecordingLog();
      await using server = await listenSocketmap(echo, { endpoint }, log);
      await using client = await StreamClient.connect(server.endpoint);
      client.send("6:a none,14:transport ü@x");
      client.send(",");
      const expected = "9:NOTFOUND ,17:OK transport|ü@x,";
      client.send("3:b c,");
      assert.equal(await client.take("6:OK b|c,"), `${expected}6:OK b|c,`);
      assert.deepEqual(log.lines, []);
    });

    it("closes a connection that speaks something else, with one line", async () => {
      const log = new RecordingLog();
      await using server = await listenSocketmap(echo, { endpoint }, log);
      await using client = await StreamClient.connect(server.endpoint);
      client.send("GET / HTTP/1.1\r\n\r\n");
      await client.closed;
      assert.equal(client.received, "");
      assert.equal(log.lines.length, 1);
      assert.equal(log.lines[0]?.fields["fault"], "bad-length");
    });
  });

  describe(`the policy service over ${kind}`, () => {
    it("answers in order, at once or later, with DUNNO where there is nothing to say", async () => {
      const later = Promise.withResolvers<Decision>();
      const answers: Readonly<Record<string, Decision | Promise<Decision>>> = {
        "reject@x": sampleDecisions.reject,
        "later@x": later.promise,
      };
      const gate = {
        check: (request: { readonly recipient: string }) => answers[request.recipient],
      };
      await using server = await listenPolicy(gate, { endpoint }, new RecordingLog());
      await using client = await StreamClient.connect(server.endpoint);
      for (const recipient of ["unknown@x", "later@x", "reject@x"]) {
        client.send(policyRequestText({ recipient }));
      }
      assert.equal(await client.take("\n\n"), "action=DUNNO\n\n");
      later.resolve(sampleDecisions.nullMx);
      const reply = await client.take("nicht erlaubt\n\n");
      assert.match(reply, /^action=550 5\.1\.10 [^\n]+\n\naction=550 5\.7\.10 [^\n]+\n\n$/);
    });

    it("closes a connection that asks something else, with one line", async () => {
      const log = new RecordingLog();
      const gate = { check: () => undefined };
      await using server = await listenPolicy(gate, { endpoint }, log);
      await using client = await StreamClient.connect(server.endpoint);
      client.send(policyRequestText({ request: "junk" }));
      await client.closed;
      assert.equal(client.received, "");
      assert.equal(log.lines.length, 1);
      assert.equal(log.lines[0]?.fields["fault"], "bad-request");
    });
  });
}
