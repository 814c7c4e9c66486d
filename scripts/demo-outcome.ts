/** What became of one recipient's mail, gathered from all sides: mxseal, Postfix, the recipient. */
import type { Verdict } from "../src/base/verdict.ts";
import { reasonOf } from "../src/cli/verdict-text.ts";
import type { Lab } from "../test/lab/lab.ts";
import { isNotification } from "../test/lab/sealed-mail.ts";
import type { ReceivedMail } from "../test/lab/smtp-dialogue.ts";
import type { Letter, Submission } from "../test/lab/submit.ts";
import type { Cell, Tone } from "./demo-table.ts";

export interface Outcome {
  readonly recipient: string;
  /** False while something is still to happen. */
  readonly settled: boolean;
  /** Something that must never be: said in red. */
  readonly fault: string | undefined;
  readonly cells: readonly Cell[];
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
    cells: [
      { text: recipient },
      verdictCell(facts.verdict),
      wayCell(facts),
      fault === undefined ? arrived : { text: fault, tone: "bad" },
    ],
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
  if (verdict === undefined) return { text: "not checked yet", tone: "quiet" };
  return {
    text: verdict.status,
    tone: tones[verdict.status],
    more: verdict.status === "proven" ? (vouchers[verdict.assurance] ?? "") : reasonOf(verdict),
  };
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
  if (refusal !== undefined) return { text: "refused at once", tone: "quiet" };
  if (decision === "wait" || decision === undefined) {
    return { text: waiting === undefined ? "on its way" : "waits in the queue", tone: "open" };
  }
  return ways[decision] ?? { text: decision };
}

const ways: Readonly<Record<string, Cell>> = {
  secure: { text: "direct, TLS enforced", tone: "good" },
  clear: { text: "direct, allowed by a rule", tone: "open" },
  seal: { text: "sealed", tone: "good" },
  reject: { text: "returned, by a rule", tone: "quiet" },
  "no-mail": { text: "returned", tone: "quiet" },
};

function arrivedCell({ arrived, refusal, bounced }: Facts): Cell {
  const [mail] = arrived;
  if (mail !== undefined) {
    const line = mail.tls === null ? "in clear" : `over ${mail.tls.replace("TLSv", "TLS ")}`;
    if (isNotification(mail)) return { text: `A link, ${line}; no word of the message.` };
    return { text: `The original, byte for byte, ${line}.` };
  }
  if (refusal !== undefined) return { text: `Nothing; Alice was told: ${statusIn(refusal)}.` };
  if (bounced !== undefined) return { text: `Nothing; Alice has a report: ${bounced}.` };
  return { text: "Nothing yet.", tone: "open" };
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
