/**
 * One line per message on the hold port: who, which verdict, which way. What an administrator must
 * mend is an error with the words that say how; a refusal or a wait that is part of the plan is
 * not. No line holds a code, a link or a word of the message.
 */
import type { MxsealError } from "../base/errors.ts";
import type { Log, LogFields } from "../base/log.ts";
import type { Decision } from "../rules/decision.ts";
import { decisionFields } from "./decision-fields.ts";
import type { HoldOutcome, HoldRefusal, HoldWait, IncomingMessage } from "./hold-message.ts";

export interface HoldRecord {
  readonly message: IncomingMessage;
  readonly originQueueId: string | undefined;
  readonly outcome: HoldOutcome;
  readonly decision: Decision | undefined;
  readonly error: MxsealError | undefined;
}

const waitTexts: Readonly<Record<HoldWait, string>> = {
  "many-recipients":
    "waits: several recipients came at once; set mxseal-hold_destination_recipient_limit = 1",
  "no-base-url": "waits: nothing can be sealed before `portal.base_url` is configured",
  misrouted:
    "waits: a domain of ours or a routed one came to the hold port; check transport_maps and `domains`",
  "own-code-mail":
    "waits: a mail of ours for a sender (codes, a notice, a reply) was about to leave; check that its recipient's domain is routed as local",
  "silent-copy":
    "waits: a copy nobody hears of (NOTIFY=NEVER) cannot be sealed; let its domain be proven or allow it by a rule",
  "unproven-sender":
    "waits: the sender's own mail servers are not proven, so no code can be mailed",
  release: "waits: may leave by another way now, will be released",
  undecided: "waits: no final verdict yet",
  abandoned: "waits: Postfix gave up before it was sealed",
  trouble: "waits: could not be sealed",
};
const alarms: ReadonlySet<HoldWait> = new Set<HoldWait>([
  "many-recipients",
  "no-base-url",
  "misrouted",
  "own-code-mail",
  "silent-copy",
  "unproven-sender",
  "trouble",
]);

export function logHoldOutcome(log: Log, record: HoldRecord): void {
  const fields = fieldsOf(record);
  const { outcome, decision, error } = record;
  switch (outcome.kind) {
    case "notify":
      log.info({ ...fields, sealed: outcome.id, as: outcome.way }, notifyText(outcome, decision));
      return;
    case "refuse":
      log.info({ ...fields, refusal: refusalWord(outcome.why) }, "refused");
      return;
    case "wait": {
      const text = waitTexts[outcome.why];
      const told = error === undefined ? text : `${text}: ${error.message}`;
      log[isAlarm(outcome.why, record.decision) ? "error" : "info"](
        { ...fields, wait: outcome.why },
        told,
      );
    }
  }
}

function isAlarm(why: HoldWait, decision: Decision | undefined): boolean {
  return alarms.has(why) || (decision?.kind === "wait" && decision.reason === "own-unproven");
}

function fieldsOf({ message, originQueueId, outcome, decision, error }: HoldRecord): LogFields {
  return {
    queueId: message.queueId,
    originQueueId,
    sender: message.sender,
    recipient: message.recipients
      .map(({ address }) => address)
      .slice(0, 3)
      .join(" "),
    way: outcome.kind,
    ...(decision === undefined ? {} : decisionFields(decision)),
    ...(error === undefined ? {} : { code: error.code, advice: error.advice }),
  };
}

function notifyText(
  { again, way }: HoldOutcome & { readonly kind: "notify" },
  decision: Decision | undefined,
): string {
  if (again === true) return "notification passes again";
  if (way === "pdf") return "sealed, an encrypted PDF goes in its place";
  const text = "sealed, a notification goes in its place";
  const wanted = decision?.kind === "seal" ? decision.options.way : way;
  return wanted === "pdf" ? `${text}: too large for the PDF that its rule wants` : text;
}

function refusalWord(why: HoldRefusal): string {
  return why.kind === "no-channel" ? `no-channel: ${why.reason}` : why.kind;
}
