/**
 * A main.cf that works against us in every way that was thought of: each mail takes its way or
 * waits, nothing leaks, nothing of ours bounces, no login is sent.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { runCommand } from "./command.ts";
import { Lab } from "./lab.ts";
import { composeLetter, type MarkedLetter } from "./letter.ts";
import { openSealed } from "./portal-visit.ts";
import { codeMailsIn, isNotification, linkIn } from "./sealed-mail.ts";
import { submit } from "./submit.ts";
import { waitUntil } from "./wait-until.ts";

/** Where people hand in mail; the administrator mended this port only. */
const intakePort = 2525;
/** Its mail goes out through Postfix's ordinary client. */
const trapPort = 2526;
const sizeLimit = 120_000;
const publicAddress = "192.0.2.25";
const password = "relay-password-0815";

const hostileLines = [
  "smtpd_milter_maps = inline:{ {127.0.0.1 = DISABLE}, {::1 = DISABLE} }",
  "smtpd_milters = inet:127.0.0.1:1",
  "milter_default_action = accept",
  "milter_protocol = 2",
  "milter_content_timeout = 1s",
  "smtpd_tls_security_level = encrypt",
  `smtp_bind_address = ${publicAddress}`,
  "smtpd_client_restrictions = reject",
  "smtpd_helo_restrictions = reject",
  "smtpd_sender_restrictions = reject",
  "smtpd_relay_restrictions = reject",
  "smtpd_recipient_restrictions = reject",
  "smtpd_data_restrictions = reject",
  "smtpd_end_of_data_restrictions = reject",
  "smtpd_etrn_restrictions = reject",
  "smtpd_helo_required = yes",
  "smtpd_reject_unlisted_sender = yes",
  "smtpd_client_message_rate_limit = 1",
  "smtpd_discard_ehlo_keywords = 8bitmime, xforward, dsn",
  "smtp_discard_ehlo_keywords = 8bitmime",
  "smtp_line_length_limit = 200",
  "smtp_generic_maps = inline:{ {alice@company.example = generic@elsewhere.test} }",
  "smtp_header_checks = inline:{ {subject = x} }",
  `message_size_limit = ${sizeLimit}`,
  "default_delivery_status_filter = regexp:{ {/^4(.*)/ 5$1} }",
  "relayhost = [mx.login.test]",
  "smtp_fallback_relay = [mx.login.test]",
  "smtp_sasl_auth_enable = yes",
  `smtp_sasl_password_maps = static:relay-user:${password}`,
  "smtp_sasl_security_options =",
  "smtp_sasl_tls_security_options =",
  "smtp_tls_wrappermode = no",
  "smtp_tls_policy_maps = inline:{ {valid.test = none}, {plain.test = secure} }",
  "local_header_rewrite_clients = static:all",
  "remote_header_rewrite_domain = rewritten.test",
];

const settings = [
  "  -o rewrite_service_name=rewrite-plain",
  "  -o smtpd_milter_maps= -o smtpd_milters= -o local_header_rewrite_clients=",
  "  -o remote_header_rewrite_domain= -o smtpd_discard_ehlo_keywords=",
  "  -o smtpd_tls_security_level=none -o smtpd_client_restrictions= -o smtpd_helo_restrictions=",
  "  -o smtpd_sender_restrictions= -o smtpd_relay_restrictions=permit_mynetworks,reject",
  "  -o smtpd_recipient_restrictions=$mxseal_policy -o smtpd_data_restrictions=$mxseal_policy",
  "  -o smtpd_end_of_data_restrictions= -o smtpd_reject_unlisted_sender=no",
  "  -o smtpd_client_message_rate_limit=0",
];
const ports = [
  `127.0.0.1:${intakePort} inet n - y - - smtpd`,
  ...settings,
  `127.0.0.1:${trapPort} inet n - y - - smtpd`,
  ...settings,
  "  -o content_filter=smtp:[mx.login.test]:25",
];

describe("a hostile main.cf", () => {
  let lab: Lab;
  before(async () => {
    await runCommand(["ip", "address", "replace", `${publicAddress}/32`, "dev", "lo"]);
    lab = await Lab.start({
      postfix: { mainLines: hostileLines, masterLines: ports },
      mxseal: { config: { postfix: { submission: `127.0.0.1:${intakePort}` } } },
    });
    const reason = ["--reason", "their contract says so"];
    await lab.mxseal.must("rule", "add", "allowed.test", "allow", ...reason);
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  /** Sends, and waits until nothing of it is left in the queue. */
  async function send(letter: MarkedLetter): Promise<void> {
    const { reply, recipientReplies } = await submit({ ...letter, port: intakePort });
    assert.match(reply ?? recipientReplies.join(), /^250 /);
    await waitUntil("the queue is empty", async () => (await lab.postfix.queue()).length === 0, {
      deadlineMs: 60_000,
      explain: async () =>
        `${JSON.stringify(await lab.postfix.queue())}\n${await lab.postfix.log()}`,
    });
  }

  async function assertSealed(letter: MarkedLetter, recipient: string): Promise<void> {
    const mail = await lab.recipients.mailTo(recipient);
    assert.ok(isNotification(mail));
    const codes = await waitUntil("the code comes", async () => {
      const mails = await codeMailsIn(await lab.postfix.mailbox("alice"));
      return mails.find((one) => one.codes.has(recipient))?.codes;
    });
    const { original } = await openSealed(await linkIn(mail), codes.get(recipient) ?? "");
    assert.ok(original.subarray(-letter.data.length).equals(letter.data), recipient);
  }

  async function assertNothingBounced(): Promise<void> {
    assert.deepEqual(await lab.postfix.logLines("status=bounced"), []);
  }

  it("sends its login to strangers wherever mxseal's settings do not reach", async () => {
    // Shows that the trap below works.
    await submit({ ...composeLetter({ to: ["trap@login.test"] }), port: trapPort });
    const server = lab.recipients.server("login.test");
    await waitUntil("the password is given away", () => server.logins.length > 0, {
      explain: () => lab.postfix.log(),
    });
    const given = Buffer.from(server.logins[0]?.split(" ")[1] ?? "", "base64").toString();
    assert.ok(given.includes(password));
    server.logins.length = 0;
  });

  it("lets each mail take its way", async () => {
    const recipients = ["x@valid.test", "x@self-signed.test", "x@plain.test", "x@allowed.test"];
    const letter = composeLetter({ to: recipients });
    await send(letter);
    await lab.postfix.logged("mxseal-secure/smtp", "Verified TLS", "mx.valid.test[");
    assert.match((await lab.recipients.mailTo("x@valid.test")).tls ?? "in clear", /^TLS/);
    assert.equal((await lab.recipients.mailTo("x@allowed.test")).tls, null);
    await assertSealed(letter, "x@self-signed.test");
    await assertSealed(letter, "x@plain.test");
    for (const domain of ["self-signed.test", "plain.test", "login.test"]) {
      const { heard } = lab.recipients.server(domain);
      for (const secret of letter.secrets) assert.ok(!heard.includes(secret), domain);
    }
    await assertNothingBounced();
  });

  it("seals a message at the size limit", async () => {
    // The largest one that this Postfix takes, to within the length of one Received line.
    let attachmentBytes = sizeLimit * 0.74;
    let letter = composeLetter({ to: ["big@plain.test"], attachmentBytes });
    let refused = 0;
    while ((await submit({ ...letter, port: intakePort })).queueId === undefined) {
      refused += 1;
      assert.ok(refused < 100);
      attachmentBytes -= 60;
      letter = composeLetter({ to: ["big@plain.test"], attachmentBytes });
    }
    assert.ok(refused > 0);
    await assertSealed(letter, "big@plain.test");
    await assertNothingBounced();
  });

  it("logs in nowhere", async () => {
    const letter = composeLetter({ to: ["x@login.test"] });
    await send(letter);
    await assertSealed(letter, "x@login.test");
    assert.deepEqual(lab.recipients.server("login.test").logins, []);
    await assertNothingBounced();
  });
});
