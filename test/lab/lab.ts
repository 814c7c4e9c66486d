/**
 * The lab: DNS with DNSSEC, a validating resolver, recipient mail servers of every kind, a Postfix
 * wired by postfix-examples/, and mxseal, all in the private namespace that `scripts/in-lab`
 * makes. One lab at a time per namespace: a second one waits until the first has been disposed of.
 */
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Authority } from "./authority.ts";
import { Mxseal, type MxsealOptions } from "./mxseal.ts";
import { NameServer } from "./name-server.ts";
import { ownDomain, Postfix, type PostfixOptions } from "./postfix.ts";
import { type RecipientDomain, recipientDomains } from "./recipient-domain.ts";
import { RecipientSide } from "./recipient-side.ts";
import { takeTurn } from "./turn.ts";
import { addServiceUser } from "./user.ts";
import type { Zoo } from "./zoo/zoo.ts";

const labDirectory = "/run/lab";
const caBundle = "/etc/ssl/certs/ca-certificates.crt";
const plainCaBundle = "/run/ca-certificates.plain";

export interface LabOptions {
  readonly postfix?: PostfixOptions;
  readonly domains?: readonly RecipientDomain[];
  /** More recipient domains. */
  readonly zoo?: Zoo;
  /** Left out: everything but mxseal. */
  readonly mxseal?: MxsealOptions;
}

interface Parts {
  readonly recipients: RecipientSide;
  readonly nameServer: NameServer;
  readonly postfix: Postfix;
  readonly mxseal: Mxseal;
}

export class Lab implements AsyncDisposable {
  readonly recipients: RecipientSide;
  readonly nameServer: NameServer;
  readonly postfix: Postfix;
  readonly mxseal: Mxseal;
  readonly #stack: AsyncDisposableStack;

  private constructor(parts: Parts, stack: AsyncDisposableStack) {
    this.recipients = parts.recipients;
    this.nameServer = parts.nameServer;
    this.postfix = parts.postfix;
    this.mxseal = parts.mxseal;
    this.#stack = stack;
  }

  /** Rejects, with everything stopped again, when a part does not come up. */
  static async start(options: LabOptions = {}): Promise<Lab> {
    insistOnNamespace();
    await using stack = new AsyncDisposableStack();
    stack.use(await takeTurn());
    await rm(labDirectory, { recursive: true, force: true });
    await mkdir(labDirectory, { recursive: true });
    const authority = new Authority("Lab");
    await trust(authority.rootPem + (options.zoo?.rootPem ?? ""));
    await addServiceUser("mxseal", ["postdrop", "postfix"]);
    const recipients = new RecipientSide(options.domains ?? recipientDomains, authority);
    if (options.zoo !== undefined) stack.use(options.zoo);
    const parts = {
      recipients: stack.use(recipients),
      nameServer: stack.use(new NameServer(join(labDirectory, "dns"))),
      postfix: stack.use(new Postfix()),
      mxseal: stack.use(new Mxseal(join(labDirectory, "mxseal"), options.mxseal ?? {})),
    };
    await startAll(parts, options);
    return new Lab(parts, stack.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

async function startAll(parts: Parts, options: LabOptions): Promise<void> {
  const { zoo } = options;
  await Promise.all([parts.recipients.start(), zoo?.start()]);
  const zones = [...parts.recipients.zones, ownZone, ...(zoo?.zones ?? [])];
  // Postfix copies resolv.conf into its chroots when it starts.
  await parts.nameServer.start(zones, ["test", "example", ...(zoo?.topLevels ?? [])]);
  await parts.postfix.start(options.postfix);
  if (options.mxseal === undefined) return;
  await parts.mxseal.prepare();
  await parts.mxseal.start();
}

const ownZone = {
  name: ownDomain,
  state: "unsigned",
  records: [`${ownDomain}. MX 10 mail.${ownDomain}.`, `mail.${ownDomain}. A 127.0.0.1`],
} as const;

function insistOnNamespace(): void {
  if (process.env["MXSEAL_LAB"] === "yes") return;
  throw new Error("the lab runs in a namespace of its own: scripts/in-lab node --test …");
}

/** Adds the lab's root to the machine's bundle, as it was before any lab. */
async function trust(rootPem: string): Promise<void> {
  const plain = await readFile(plainCaBundle, "utf8").catch(async () => {
    await copyFile(caBundle, plainCaBundle);
    return readFile(plainCaBundle, "utf8");
  });
  await writeFile(caBundle, `${plain}\n${rootPem}`);
}
