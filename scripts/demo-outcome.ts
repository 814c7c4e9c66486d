/** What became of one recipient's mail, gathered from all sides: mxseal, Postfix, the recipient. */
import type { Verdict } from "../src/base/verdict.ts";
import { reasonOf } from "../src/cli/verdict-text.ts";
import type { Lab } from "../test/lab/lab.ts";
import { isNotification } from "../test/lab/sealed-mail.ts";
import type { ReceivedMail } from "../test/lab/smtp-dialogue.ts";
import type { Letter, Submission } from "../test/lab/submit.ts";
import type { Cell, Row, Tone } from "./demo-table.ts";

export interface Outcome {
  readonly recipient: string;
  /** False while something is still to happen. */
  readonly settled: boolean;
  /** Something that must never be: said in red. */
  readonly fault: string | undefined;
  readonly row: Row;
}

export interface Sent {
  readonly letter: Letter;
  readonly submission: Submission;
  /** Lines of the message that must not be seen by servers that are not proven. */
  readonly secrets: readonly string[];
}

/** Everything at one moment; reads the verdicts and the queue once for all recipients. */
export async function gatherOutcomes(lab: Lab, sent: Sent): Promise<readonly Outcome[]> {
  const listed = await lab.mxseal.must("verdict", "list", "--json");
  const verdicts = new Map<string, Verdict>();
  for (const line of listed.split("\n")) {
    if (line === "") continue;
    const verdict = JSON.parse(line) as Verdict;
    verdicts.set(verdict.domain, verdict);
  }
  const waiting = new Map<string, string>();
  for (const mail of await lab.postfix.queue()) {
    for (const { address, delay_reason: reason } of mail.recipients) {
      // A notification on its way out is no longer waiting for a decision.
      if (mail.queue_name === "deferred" && reason !== undefined) waiting.set(address, reason);
    }
  }
  const log = await lab.postfix.log();
  return sent.letter.to.map((recipient, index) => {
    const domain = recipient.slice(recipient.indexOf("@") + 1);
    const verdict = verdicts.get(domain);
    const refusal = sent.submission.recipientReplies[index] ?? "";
    return describe({
      recipient,
      verdict,
      decision: lastDecision(lab, recipient),
      refusal: refusal.startsWith("5") ? refusal : undefined,
      bounced: bounceCode(log, recipient),
      waiting: waiting.get(recipient),
      arrived: hasServer(verdict) ? lab.recipients.server(domain).mailTo(recipient) : [],
      heard: hasServer(verdict) ? lab.recipients.server(domain).heard : Buffer.alloc(0),
      sent,
    });
  });
}

interface Facts {
  readonly recipient: string;
  readonly verdict: Verdict | undefined;
  readonly decision: string | undefined;
  readonly refusal: string | undefined;
  readonly bounced: string | undefined;
  readonly waiting: string | undefined;
  readonly arrived: readonly ReceivedMail[];
  readonly heard: Buffer;
  readonly sent: Sent;
}

function describe(facts: Facts): Outcome {
  const { recipient } = facts;
  const fault = faultOf(facts);
  const arrived = arrivedCell(facts);
  const refused = facts.refusal ?? facts.bounced;
  const waits = facts.waiting !== undefined && facts.verdict?.status === "unknown";
  return {
    recipient,
    settled: facts.arrived.length > 0 || refused !== undefined || waits,
    fault,
    row: {
      cells: [
        { text: recipient, tone: "plain" },
        verdictCell(facts.verdict),
        wayCell(facts),
        fault === undefined ? arrived : { text: fault, tone: "bad" },
      ],
      why: whyOf(facts.verdict),
    },
  };
}

/** The promises, checked: nothing twice, nothing changed, nothing leaked. */
function faultOf({ arrived, heard, decision, sent }: Facts): string | undefined {
  const [mail, ...more] = arrived;
  if (more.length > 0) return "FAULT: it arrived more than once";
  const open = decision === "secure" || decision === "clear";
  if (!open && sent.secrets.some((secret) => heard.includes(secret))) return "FAULT: it leaked";
  if (mail === undefined || isNotification(mail)) return undefined;
  if (!endsWith(mail.data, sent.letter.data)) return "FAULT: it arrived changed";
  return undefined;
}

function verdictCell(verdict: Verdict | undefined): Cell {
  if (verdict === undefined) return { text: "none yet", tone: "open" };
  return { text: verdict.status, tone: tones[verdict.status] };
}

function whyOf(verdict: Verdict | undefined): string {
  if (verdict === undefined) return "The first check is under way.";
  return verdict.status === "proven" ? (vouchers[verdict.assurance] ?? "") : reasonOf(verdict);
}

const tones: Readonly<Record<Verdict["status"], Tone>> = {
  proven: "good",
  failed: "bad",
  unknown: "open",
  "no-mail": "quiet",
};

const vouchers: Readonly<Partial<Record<Verdict["assurance"], string>>> = {
  "mx-name": "Genuine certificate for the mail server's name.",
  "dnssec-mx": "Genuine certificate, and signed DNS vouches for the server's name.",
  "domain-name": "Genuine certificate for the recipient's own domain.",
};

function wayCell({ decision, refusal, waiting }: Facts): Cell {
  if (refusal !== undefined) return { text: "refused", tone: "quiet" };
  if (decision === "wait" || decision === undefined) {
    return { text: waiting === undefined ? "on its way" : "waits", tone: "open" };
  }
  return ways[decision] ?? { text: decision, tone: "plain" };
}

const ways: Readonly<Record<string, Cell>> = {
  secure: { text: "direct", tone: "good" },
  clear: { text: "allowed", tone: "open" },
  seal: { text: "sealed", tone: "good" },
  reject: { text: "rejected", tone: "quiet" },
  "no-mail": { text: "returned", tone: "quiet" },
};

function arrivedCell({ arrived, refusal, bounced }: Facts): Cell {
  const [mail] = arrived;
  if (mail !== undefined) {
    const what = isNotification(mail) ? "a link, not a word more" : "the original, byte for byte";
    return { text: `${what}, ${over(mail.tls)}`, tone: "plain" };
  }
  const code = refusal === undefined ? bounced : statusIn(refusal);
  if (code !== undefined) return { text: `nothing; Alice was told, ${code}`, tone: "plain" };
  return { text: "nothing yet", tone: "open" };
}

function over(tls: string | null): string {
  if (tls === null) return "in clear";
  return tls === "TLSv1" ? "TLS 1.0" : tls.replace("TLSv", "TLS ");
}

function statusIn(reply: string): string {
  return /\d\.\d+\.\d+/.exec(reply)?.[0] ?? reply;
}

function hasServer(verdict: Verdict | undefined): boolean {
  return verdict !== undefined && verdict.status !== "no-mail";
}

function endsWith(whole: Buffer, end: Buffer): boolean {
  return whole.subarray(-end.length).equals(end);
}

function bounceCode(log: string, recipient: string): string | undefined {
  const line = log
    .split("\n")
    .find((one) => one.includes(`to=<${recipient}>`) && one.includes("status=bounced"));
  return line === undefined ? undefined : /dsn=([\d.]+)/.exec(line)?.[1];
}

/** What qmgr was told last. */
function lastDecision(lab: Lab, recipient: string): string | undefined {
  const routes = lab.mxseal.records.filter(
    (record) => record["text"] === "route" && record["recipient"] === recipient,
  );
  const decision = routes.at(-1)?.["decision"];
  return typeof decision === "string" ? decision : undefined;
}
