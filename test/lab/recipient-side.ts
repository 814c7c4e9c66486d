/** The other side: every recipient domain with its mail server, running. */
import type { Authority } from "./authority.ts";
import { MailServer } from "./mail-server.ts";
import type { Zone } from "./name-server.ts";
import {
  type CertificateKind,
  hostOf,
  identityFor,
  mannerOf,
  type RecipientDomain,
  zoneOf,
} from "./recipient-domain.ts";
import type { ReceivedMail } from "./smtp-dialogue.ts";
import { waitUntil } from "./wait-until.ts";

export class RecipientSide implements AsyncDisposable {
  readonly #authority: Authority;
  readonly #domains: ReadonlyMap<string, RecipientDomain>;
  readonly #servers = new Map<string, MailServer>();
  readonly zones: readonly Zone[];

  constructor(domains: readonly RecipientDomain[], authority: Authority) {
    this.#authority = authority;
    this.#domains = new Map(domains.map((domain) => [domain.name, domain]));
    const addressOf = (index: number): string => `127.1.0.${index + 10}`;
    this.zones = domains.flatMap((domain, index) => zoneOf(domain, addressOf(index)) ?? []);
    for (const [index, domain] of domains.entries()) {
      if ((domain.mail ?? "server") !== "server") continue;
      const identity = identityFor(domain, domain.certificate ?? "valid", authority);
      const at = { host: hostOf(domain), address: addressOf(index) };
      this.#servers.set(domain.name, new MailServer(at, mannerOf(domain), identity));
    }
  }

  async start(): Promise<void> {
    await Promise.all([...this.#servers.values()].map((server) => server.listen()));
  }

  server(domain: string): MailServer {
    const server = this.#servers.get(domain);
    if (server === undefined) throw new Error(`the lab has no mail server for ${domain}`);
    return server;
  }

  get servers(): readonly MailServer[] {
    return [...this.#servers.values()];
  }

  /** Connections from now on see another certificate. */
  changeCertificate(domain: string, kind: CertificateKind): void {
    const known = this.#domains.get(domain);
    if (known === undefined) throw new Error(`the lab does not know ${domain}`);
    this.server(domain).identity = identityFor(known, kind, this.#authority);
  }

  /**
   * The first mail that arrived for the recipient. qmgr keeps a route for 30 s: where it asked again
   * before the verdict was there, the mail is released a second time after 31 s.
   */
  async mailTo(recipient: string, deadlineMs = 60_000): Promise<ReceivedMail> {
    const server = this.server(recipient.slice(recipient.lastIndexOf("@") + 1));
    return waitUntil(`mail for ${recipient} arrives`, () => server.mailTo(recipient)[0], {
      deadlineMs,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.servers.map((server) => server[Symbol.asyncDispose]()));
  }
}
