/** mxseal within what its systemd units leave it: it starts, seals, mails codes and releases. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Daemon, tryCommand } from "./command.ts";
import { Lab } from "./lab.ts";
import { composeLetter } from "./letter.ts";
import { allListening, milterAnswers } from "./mxseal.ts";
import { openSealed } from "./portal-visit.ts";
import { codeMailsIn, linkIn } from "./sealed-mail.ts";
import { submit } from "./submit.ts";
import { deniedBy, sandboxOf } from "./unit-sandbox.ts";
import { waitUntil } from "./wait-until.ts";

describe("mxseal in the sandbox of its units", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "mxseal-sandbox-"));
  });
  after(async () => {
    await rm(directory, { recursive: true });
  });

  it("meets a filter that does refuse", async () => {
    const sandbox = await sandboxOf("mxseal-portal.service", directory);
    const { code, stderr } = await tryCommand([...sandbox, "chown", "1:1", directory]);
    assert.equal(code, 1);
    assert.match(stderr, /not permitted/);
  });

  it("has the same filter for the milter alone as for all of it", async () => {
    assert.deepEqual(await deniedBy("mxseal-milter.service"), await deniedBy("mxseal.service"));
  });

  it("starts as one service, seals, and lets link and code open the message", async () => {
    const wrapper = await sandboxOf("mxseal.service", directory);
    await using lab = await Lab.start({ mxseal: { wrapper } });
    await sealAndOpen(lab);
  });

  it("does the same as three services", async () => {
    await using lab = await Lab.start();
    await lab.mxseal.prepare();
    await using services = new AsyncDisposableStack();
    for (const role of ["milter", "lookup", "portal"]) {
      const sandbox = await sandboxOf(`mxseal-${role}.service`, directory);
      services.use(new Daemon(lab.mxseal.serveCommand(["--role", role], sandbox)));
      // The milter makes the keys; systemd starts the portal again until they are there.
      if (role === "milter") await waitUntil("the milter listens", milterAnswers);
    }
    await waitUntil("all services listen", allListening);
    await sealAndOpen(lab);
  });

  async function sealAndOpen(lab: Lab): Promise<void> {
    await lab.mxseal.must("rule", "add", "expired.test", "seal", "--way", "pdf");
    const letter = composeLetter({ to: ["x@plain.test", "x@valid.test"] });
    await submit(letter);
    const notification = await lab.recipients.mailTo("x@plain.test");
    await lab.recipients.mailTo("x@valid.test");
    const [codes] = await waitUntil("the code mail comes", async () => {
      const mails = await codeMailsIn(await lab.postfix.mailbox("alice"));
      return mails.length > 0 && mails;
    });
    const code = codes?.codes.get("x@plain.test") ?? "";
    const { original } = await openSealed(await linkIn(notification), code);
    assert.ok(original.subarray(-letter.data.length).equals(letter.data));
    await sendPdf(lab);
  }

  /** Another program, a thread and a file in memory: each could be denied. */
  async function sendPdf(lab: Lab): Promise<void> {
    await submit(composeLetter({ from: "bob@company.example", to: ["x@expired.test"] }));
    const mail = await lab.recipients.mailTo("x@expired.test");
    assert.match(mail.data.toString("latin1"), /^Content-Type: application\/pdf/m);
  }
});
