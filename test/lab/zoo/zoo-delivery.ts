/**
 * Mail for everybody in the zoo, through the lab's Postfix and mxseal: what comes of each, as the
 * sender, the queue and the recipients' servers see it.
 */
import type { Lab } from "../lab.ts";
import { composeLetter, type MarkedLetter } from "../letter.ts";
import type { QueuedMail } from "../postfix.ts";
import { isNotification } from "../sealed-mail.ts";
import { submit } from "../submit.ts";
import { waitUntil } from "../wait-until.ts";
import { atATime } from "./at-a-time.ts";
import type { Zoo } from "./zoo.ts";
import { expectedMail, type Outcome, type ZooDomain } from "./zoo-domain.ts";

/** No more than mxseal lets wait at RCPT for a first verdict. */
const lettersAtATime = 10;
const deadlineMs = 90_000;

export type Seen = Outcome | "on its way" | "lost";

interface Sent {
  readonly domain: ZooDomain;
  readonly recipient: string;
  readonly letter: MarkedLetter;
  readonly isRefused: boolean;
}

export class ZooDelivery {
  readonly #lab: Lab;
  readonly #zoo: Zoo;
  #sent: readonly Sent[] = [];

  constructor(lab: Lab, zoo: Zoo) {
    this.#lab = lab;
    this.#zoo = zoo;
  }

  async send(domains: readonly ZooDomain[]): Promise<void> {
    this.#sent = await atATime(lettersAtATime, domains, async (domain): Promise<Sent> => {
      const recipient = `x@${addressed(domain)}`;
      const letter = composeLetter({ to: [recipient] });
      const { recipientReplies } = await submit(letter);
      const isRefused = recipientReplies.every((reply) => reply.startsWith("5"));
      return { domain, recipient: `x@${domain.name}`, letter, isRefused };
    });
  }

  /** Waits until everything is as expected, or for so long; what it is then, by domain. */
  async outcomes(): Promise<ReadonlyMap<string, Seen>> {
    let seen = await this.#look();
    const settle = async (): Promise<boolean> => {
      seen = await this.#look();
      return this.#sent.every(({ domain }) => seen.get(domain.name) === expectedMail(domain));
    };
    await waitUntil("the mail has come to rest", settle, { deadlineMs }).catch(() => undefined);
    return seen;
  }

  /** Domains whose servers heard something of an original. */
  leaks(): readonly string[] {
    return this.#sent.flatMap(({ domain, letter }) => {
      const heard = this.#zoo.heard(domain.name);
      return letter.secrets.some((secret) => heard.includes(secret)) ? domain.name : [];
    });
  }

  async #look(): Promise<ReadonlyMap<string, Seen>> {
    const queue = await this.#lab.postfix.queue();
    const log = await this.#lab.postfix.log();
    const sealed = new Set(
      this.#lab.mxseal.records.flatMap(({ text, recipient }) =>
        String(text).startsWith("sealed") ? String(recipient).toLowerCase() : [],
      ),
    );
    const facts = { queue, log, sealed };
    return new Map(this.#sent.map((sent) => [sent.domain.name, this.#see(sent, facts)]));
  }

  #see({ domain, recipient, letter, isRefused }: Sent, { queue, log, sealed }: Facts): Seen {
    if (isRefused) return "refused";
    const [secret = ""] = letter.secrets;
    const received = this.#zoo.received(domain.name);
    if (received.some(({ data }) => data.includes(secret))) return "original";
    if (received.some(isNotification)) return "sealed";
    const isWaiting = queue.some((mail) => isDeferred(mail, recipient));
    if (isWaiting) return sealed.has(recipient) ? "sealed, notification waits" : "waits";
    if (queue.some((mail) => mail.recipients.some((one) => isFor(one.address, recipient)))) {
      return "on its way";
    }
    const isReturned = log.includes(`to=<${recipient}>`) && returned(log, recipient);
    if (isReturned) return sealed.has(recipient) ? "sealed, notification returned" : "refused";
    return sealed.has(recipient) ? "on its way" : "lost";
  }
}

interface Facts {
  readonly queue: readonly QueuedMail[];
  readonly log: string;
  /** Recipients whose mail is sealed. */
  readonly sealed: ReadonlySet<string>;
}

/** In ASCII: what needs SMTPUTF8 is another matter. */
function addressed({ name, spelling = name }: ZooDomain): string {
  return /^[\u0021-\u007e]+$/.test(spelling) ? spelling : name;
}

function isFor(address: string, recipient: string): boolean {
  return address.toLowerCase().replace(/\.$/, "") === recipient;
}

function isDeferred(mail: QueuedMail, recipient: string): boolean {
  return mail.recipients.some(
    ({ address, delay_reason }) => isFor(address, recipient) && delay_reason !== undefined,
  );
}

function returned(log: string, recipient: string): boolean {
  return log
    .split("\n")
    .some((line) => line.includes(`to=<${recipient}>`) && line.includes("status=bounced"));
}
