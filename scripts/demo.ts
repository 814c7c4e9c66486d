/**
 * The demo: starts the lab with a real Postfix and mxseal, sends one letter to people at mail
 * servers of every kind, and shows what became of it. Stays up for a look at the portal until
 * Ctrl-C; with `--once` it ends by itself, with 1 when a promise was broken.
 *
 * It runs twice: outside it keeps a door open, a port of this machine's loopback that a browser
 * can reach; inside the lab's namespace it does the work. A unix socket joins the two.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Lab } from "../test/lab/lab.ts";
import { openSealed } from "../test/lab/portal-visit.ts";
import { type RecipientDomain, recipientDomains } from "../test/lab/recipient-domain.ts";
import { codeMailsIn, isNotification, linkIn } from "../test/lab/sealed-mail.ts";
import { submit } from "../test/lab/submit.ts";
import { waitUntil } from "../test/lab/wait-until.ts";
import { forward } from "./demo-forward.ts";
import { composeDemoLetter, demoSender } from "./demo-letter.ts";
import { gatherOutcomes, type Outcome, type Sent } from "./demo-outcome.ts";
import { formatTable } from "./demo-table.ts";

const usualPort = 8480;
const settleDeadlineMs = 60_000;
const shown = [
  "valid.test",
  "signed.test",
  "own-name.test",
  "self-signed.test",
  "expired.test",
  "wrong-name.test",
  "no-chain.test",
  "short-key.test",
  "old-tls.test",
  "plain.test",
  "allowed.test",
  "rejected.test",
  "busy.test",
  "no-mail.test",
  "gone.test",
];
const titles = ["Recipient", "Verdict", "Way", "What arrived there"];

const legend = [
  " direct    over TLS that Postfix enforces at delivery, as it was proven",
  " sealed    stored encrypted, read in the portal with link and code",
  " allowed   as it is, because a rule says so",
  " rejected  back to the sender, because a rule says so",
  " returned  back to the sender, because nobody takes mail there",
  " waits     in Postfix's queue until the check can be made",
].join("\n");

interface Demo {
  readonly lab: Lab;
  readonly sent: Sent;
  readonly portal: string;
}

const { values } = parseArgs({ options: { once: { type: "boolean", default: false } } });
const socket = process.env["MXSEAL_DEMO_SOCKET"];
if (process.env["MXSEAL_LAB"] === "yes" && socket !== undefined) await inside(socket);
else await outside();

/** The door, and the second run inside. Ends as that one ends. */
async function outside(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "mxseal-demo-"));
  const path = join(directory, "portal.sock");
  const port = await openDoor(path);
  const script = join(import.meta.dirname, "in-lab");
  const child = spawn(script, ["node", import.meta.filename, ...process.argv.slice(2)], {
    stdio: "inherit",
    env: {
      ...process.env,
      MXSEAL_DEMO_SOCKET: path,
      MXSEAL_DEMO_PORTAL: `http://127.0.0.1:${port}`,
    },
  });
  // Ctrl-C reaches both; the one inside ends first. Anything else ends the namespace at once.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => child.kill("SIGKILL"));
  }
  const [code] = (await once(child, "exit")) as [number | null];
  await rm(directory, { recursive: true, force: true });
  process.exit(code ?? 1);
}

async function openDoor(path: string): Promise<number> {
  try {
    return await forward({ host: "127.0.0.1", port: usualPort }, { path });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return forward({ host: "127.0.0.1", port: 0 }, { path });
  }
}

async function inside(path: string): Promise<void> {
  // Everything here ends with the namespace; there is nothing to put in order first.
  process.on("SIGINT", () => {
    say("\nStopping …");
    process.exit(0);
  });
  const portal = process.env["MXSEAL_DEMO_PORTAL"] ?? "";
  say("Starting DNS with DNSSEC, mail servers of every kind, Postfix and mxseal …");
  await using lab = await Lab.start({
    domains: shown.map(findDomain),
    mxseal: { config: { portal: { base_url: portal } } },
  });
  await forward({ path }, { host: "127.0.0.1", port: 10_044 });
  const demo = { lab, sent: await sendLetter(lab), portal };
  const outcomes = await settle(demo);
  show(outcomes);
  const opened = await showPortal(demo);
  const sound = opened && outcomes.every((one) => one.settled && one.fault === undefined);
  if (values.once) process.exitCode = sound ? 0 : 1;
  else await stay(portal);
}

function findDomain(name: string): RecipientDomain {
  const domain = recipientDomains.find((one) => one.name === name);
  if (domain === undefined) throw new Error(`the lab does not know ${name}`);
  return domain;
}

async function sendLetter(lab: Lab): Promise<Sent> {
  const reason = ["--reason", "their contract says so"];
  await lab.mxseal.must("rule", "add", "allowed.test", "allow", ...reason);
  await lab.mxseal.must("rule", "add", "rejected.test", "reject");
  const people = shown.map((domain) => `anna@${domain}`);
  say(`Alice sends one letter to ${people.length} people …`);
  const composed = composeDemoLetter(people);
  return { ...composed, submission: await submit(composed.letter) };
}

/** Until each recipient's mail is where it goes, or a minute has passed. */
async function settle({ lab, sent }: Demo): Promise<readonly Outcome[]> {
  let outcomes: readonly Outcome[] = [];
  const look = async (): Promise<boolean> => {
    outcomes = await gatherOutcomes(lab, sent);
    return outcomes.every((one) => one.settled);
  };
  await waitUntil("all mail has found its way", look, { deadlineMs: settleDeadlineMs }).catch(
    (error: Error) => say(error.message),
  );
  return outcomes;
}

function show(outcomes: readonly Outcome[]): void {
  const style = {
    width: Math.min(process.stdout.columns ?? 100, 120),
    colours: process.stdout.isTTY && process.env["NO_COLOR"] === undefined,
  };
  const rows = outcomes.map((one) => one.row);
  process.stdout.write(`\n${formatTable(titles, rows, style)}\n${legend}\n\n`);
}

/** One sealed message to try; false when there is none. */
async function showPortal({ lab, portal }: Demo): Promise<boolean> {
  const recipient = "anna@self-signed.test";
  const [mail] = lab.recipients.server("self-signed.test").mailTo(recipient);
  if (mail === undefined || !isNotification(mail)) return false;
  const link = await linkIn(mail);
  const code = await waitUntil("the code mail reaches Alice", async () => {
    const mails = await codeMailsIn(await lab.postfix.mailbox("alice"));
    return mails.map((one) => one.codes.get(recipient)).find((one) => one !== undefined);
  });
  const lines = [
    ` Portal  ${portal}`,
    ` Link    ${link}`,
    ` Code    ${code}`,
    "",
    ` The link came to ${recipient}, the code to ${demoSender},`,
    " who tells it to Anna on the phone.",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  if (!values.once) return true;
  await openSealed(link.replace(portal, "http://127.0.0.1:10044"), code);
  process.stdout.write(" Link and code were tried: they open the message.\n");
  return true;
}

/** Until Ctrl-C. */
async function stay(portal: string): Promise<void> {
  const lines = [
    "",
    " Open the link in a browser on this machine; from another one forward the port",
    ` first: ssh -L ${new URL(portal).port}:${new URL(portal).host} THIS-MACHINE`,
    " Ctrl-C ends the demo and removes everything it started.",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  await new Promise(() => undefined);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
