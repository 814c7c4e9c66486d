/** With a real Postfix: what arrives at the other side after the milter has been at work. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { describe, it } from "node:test";
import { MilterProcess } from "./milter-process.ts";
import { PrivatePostfix, postfixMissing } from "./private-postfix.ts";

const group = "postfix";

describe("Postfix", { skip: postfixMissing ?? false }, () => {
  it("streams a message to the milter and delivers the one it is given", async () => {
    await using postfix = await PrivatePostfix.start();
    const listen = { path: postfix.milterPath, group };
    await using milter = await MilterProcess.started("rewrite", {
      listen,
      body: { mode: "stream" },
    });
    assert.equal(statSync(postfix.milterPath).mode & 0o777, 0o660);
    const header =
      "Message-ID: <1@x.example>\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\nFrom: s@x.example\r\n";
    const folded = "Subject: folded\r\n\tcaf\u00e9\r\nX-Twice: 1\r\nX-Twice:2\r\n";
    const line = `${"\u00e4".repeat(70)}\r\n`;
    const body = Buffer.from(`${line.repeat(40_000)}end\r\n`, "latin1");
    const head = Buffer.from(`${header}${folded}\r\n`, "latin1");
    const reply = await postfix.send(Buffer.concat([head, body.subarray(0, -2)]));
    assert.match(reply, /^250 /);
    const seen = (await milter.heard("message")) as Record<string, string>;
    assert.equal(seen["hash"], createHash("sha256").update(body).digest("hex"));
    assert.equal(seen["headers"], header + folded);
    assert.match(reply, new RegExp(seen["queueId"] ?? "no queue ID"));
    const mail = (await postfix.delivered()).toString("latin1");
    const [top = "", ...rest] = mail.split("\r\n\r\n");
    assert.match(top, /^X-Top: first\r\nReceived: from x /);
    assert.ok(top.endsWith(`${header}X-End: caf\u00e9\r\n\tfolded`), top);
    assert.equal(rest.join("\r\n\r\n"), `${"new body\r\n".repeat(300_000)}last\r\n`);
  });

  it("passes the milter's own reply on, and tries again later when it fails", async () => {
    await using postfix = await PrivatePostfix.start();
    const listen = { path: postfix.milterPath, group };
    {
      await using milter = await MilterProcess.started("reject", { listen });
      const reply = await postfix.send(Buffer.from("Subject: x\r\n\r\ny"));
      assert.equal(reply, "550-5.7.10 100% no\n550 5.7.10 second line");
      milter.child.kill("SIGKILL");
      await milter.exit();
    }
    assert.match(await postfix.send(Buffer.from("Subject: x\r\n\r\ny")), /^451 4/);
    await using milter = await MilterProcess.started("brokenBody", { listen });
    assert.match(await postfix.send(Buffer.from("Subject: x\r\n\r\ny")), /^451 4/);
    assert.equal(await milter.heard("failed"), "source broke");
    assert.doesNotMatch(postfix.log(), /relay=127/);
  });
});
