/**
 * The zoo, running: the servers, policy hosts and zones of every domain. Each address lies in a
 * network of its own, as servers of strangers do.
 */

import { PolicyHost } from "../../support/policy-host.ts";
import { SmtpServer } from "../../support/smtp-server.ts";
import type { Identity } from "../authority.ts";
import { runCommand } from "../command.ts";
import { MailServer } from "../mail-server.ts";
import type { SpoiltSet, Zone, ZoneState } from "../name-server.ts";
import type { ReceivedMail } from "../smtp-dialogue.ts";
import { certificate } from "./shown-certificate.ts";
import { Workshop } from "./workshop.ts";
import {
  hostNameOf,
  hostsOf,
  type Names,
  type Show,
  type Shown,
  type ZooDomain,
  type ZooHost,
} from "./zoo-domain.ts";

/** Every other zone holds one domain that needs it. */
export const zooZones: readonly { readonly name: string; readonly state: ZoneState }[] = [
  { name: "plain.zoo", state: "unsigned" },
  { name: "signed.zoo", state: "signed" },
  { name: "bogus.zoo", state: "bogus" },
  { name: "lame.zoo", state: "lame" },
  { name: "key-altered.zoo", state: "signed" },
  { name: "key-expired.zoo", state: "signed" },
];
const keySets: readonly SpoiltSet[] = [
  { owner: "key-altered.zoo", type: "DNSKEY", how: "altered" },
  { owner: "key-expired.zoo", type: "DNSKEY", how: "expired" },
];

const smtpPort = 25;
const httpsPort = 443;
const unroutable = "2001:db8::25";

/** One address of one host. */
interface Place {
  readonly host: string;
  readonly address: string;
  /** Undefined: nobody is there. */
  readonly server: MailServer | PendingScript | undefined;
}

/** A scripted server is made when it starts. */
interface PendingScript {
  readonly script: NonNullable<ZooHost["script"]>;
}

interface Stand {
  readonly domain: ZooDomain;
  readonly places: readonly Place[];
  readonly records: readonly string[];
  readonly policyAddress: string | undefined;
}

export class Zoo implements AsyncDisposable {
  readonly topLevels: readonly string[] = ["zoo"];
  readonly zones: readonly Zone[];
  readonly #workshop = new Workshop();
  readonly #stands: ReadonlyMap<string, Stand>;
  readonly #scripted = new Map<string, SmtpServer>();
  readonly #policyHosts: PolicyHost[] = [];

  constructor(domains: readonly ZooDomain[]) {
    const builder = new StandBuilder(this.#workshop);
    const stands = domains.map((domain) => builder.build(domain));
    this.#stands = new Map(stands.map((stand) => [stand.domain.name, stand]));
    this.zones = distribute(
      stands.flatMap(({ records }) => records),
      [...keySets, ...domains.flatMap(({ spoilt }) => spoilt ?? [])],
    );
  }

  get rootPem(): string {
    return this.#workshop.root.pem;
  }

  async start(): Promise<void> {
    const stands = [...this.#stands.values()];
    const places = stands.flatMap((stand) => stand.places);
    const ownIpv6 = places.map(({ address }) => address).filter((one) => one.startsWith("fd"));
    for (const address of ownIpv6) {
      await runCommand(["ip", "address", "replace", `${address}/128`, "dev", "lo", "nodad"]);
    }
    await Promise.all([
      ...places.map((place) => this.#open(place)),
      ...stands.map((stand) => this.#openPolicyHost(stand)),
    ]);
  }

  /** Mail that came to the domain's servers, oldest first within each. */
  received(domain: string): readonly ReceivedMail[] {
    return this.#serversOf(domain).flatMap((server) => server.received);
  }

  /** All that was said to any server of the domain, in clear or over TLS. */
  heard(domain: string): Buffer {
    const stand = this.#stand(domain);
    const scripted = stand.places.flatMap(
      ({ address }) => this.#scripted.get(address)?.heard ?? [],
    );
    const plain = this.#serversOf(domain).map((server) => server.heard);
    return Buffer.concat([...plain, Buffer.from(scripted.join("\n"), "latin1")]);
  }

  /** Host names that MX records of the domain should name, with their addresses. */
  places(domain: string): readonly { readonly host: string; readonly address: string }[] {
    return this.#stand(domain).places;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const servers = [...this.#stands.keys()].flatMap((name) => this.#serversOf(name));
    const all = [...servers, ...this.#scripted.values(), ...this.#policyHosts];
    await Promise.all(all.map((server) => server[Symbol.asyncDispose]()));
  }

  #stand(domain: string): Stand {
    const stand = this.#stands.get(domain);
    if (stand === undefined) throw new Error(`the zoo has no ${domain}`);
    return stand;
  }

  #serversOf(domain: string): readonly MailServer[] {
    return this.#stand(domain).places.flatMap(({ server }) =>
      server instanceof MailServer ? [server] : [],
    );
  }

  async #open({ address, server }: Place): Promise<void> {
    if (server instanceof MailServer) await server.listen(smtpPort);
    else if (server !== undefined) {
      this.#scripted.set(
        address,
        await SmtpServer.start(server.script, { address, port: smtpPort }),
      );
    }
  }

  async #openPolicyHost({ domain, policyAddress }: Stand): Promise<void> {
    const { policyHost } = domain;
    if (policyHost === undefined || policyAddress === undefined) return;
    const show = policyHost.show ?? certificate();
    const names = { domain: domain.name, host: `mta-sts.${domain.name}` };
    const { leaf, chain } = show(this.#workshop, names);
    const identity = { ...leaf, chainPem: chain };
    const place = { address: policyAddress, port: httpsPort };
    this.#policyHosts.push(await PolicyHost.start(identity, policyHost.answer, place));
  }
}

/** Gives every host its addresses, servers and records. */
class StandBuilder {
  readonly #workshop: Workshop;
  #places = 0;
  #policyHosts = 0;

  constructor(workshop: Workshop) {
    this.#workshop = workshop;
  }

  build(domain: ZooDomain): Stand {
    const built = hostsOf(domain).map((host) => this.#buildHost(domain, host));
    const places = built.flatMap((one) => one.places);
    const policyAddress = domain.policyHost === undefined ? undefined : this.#nextPolicyAddress();
    const mail =
      domain.mailRecords?.(places.map(({ address }) => address)) ??
      hostsOf(domain).map((host) => {
        return `${domain.name}. MX ${host.preference ?? 10} ${hostNameOf(domain, host)}.`;
      });
    const policy =
      policyAddress === undefined ? [] : [`mta-sts.${domain.name}. A ${policyAddress}`];
    const hosts = built.flatMap((one) => one.records);
    const records = [...mail, ...hosts, ...policy, ...(domain.records ?? [])];
    return { domain, places, records, policyAddress };
  }

  #buildHost(
    domain: ZooDomain,
    host: ZooHost,
  ): { readonly places: readonly Place[]; readonly records: readonly string[] } {
    const names = { domain: domain.name, host: hostNameOf(domain, host) };
    const shown = (host.show ?? certificate())(this.#workshop, names);
    const places = (host.families ?? ["ipv4"]).map((family, index): Place => {
      if (family === "nowhere") return { host: names.host, address: unroutable, server: undefined };
      this.#places += 1;
      const address = family === "ipv4" ? ipv4(20, this.#places) : `fd00:25::${this.#places}`;
      const showHere = index === 0 ? undefined : host.elsewhere;
      const here = showHere === undefined ? shown : showHere(this.#workshop, names);
      return { host: names.host, address, server: this.#serve({ names, address }, host, here) };
    });
    const owner = `${names.host}.`;
    const addresses = host.isAlias
      ? []
      : places.map(({ address }) => `${owner} ${address.includes(":") ? "AAAA" : "A"} ${address}`);
    const tlsaOwner = host.tlsaOwner ?? `_25._tcp.${names.host}`;
    const tlsa = host.tlsa?.(shown, this.#workshop) ?? [];
    return { places, records: [...addresses, ...tlsa.map((data) => `${tlsaOwner}. TLSA ${data}`)] };
  }

  #serve(
    { names, address }: { readonly names: Names; readonly address: string },
    host: ZooHost,
    shown: Shown,
  ): MailServer | PendingScript {
    if (host.script !== undefined) {
      const identity = { ...shown.leaf, chainPem: shown.chain };
      return { script: { identity, ...host.script } };
    }
    const manner = { startTls: true, ...host.manner };
    const server = new MailServer({ host: names.host, address }, manner, identityOf(shown));
    server.tls = host.tls ?? {};
    const { showFor } = host;
    if (showFor === undefined) return server;
    server.identityFor = (serverName) => {
      const show: Show | undefined = showFor(serverName);
      return show && identityOf(show(this.#workshop, names));
    };
    return server;
  }

  #nextPolicyAddress(): string {
    this.#policyHosts += 1;
    return ipv4(30, this.#policyHosts);
  }
}

function identityOf({ leaf, chain }: Shown): Identity {
  return { chain, key: leaf.keyPem };
}

/** The third byte tells the networks apart. */
function ipv4(first: number, number: number): string {
  return `127.${first + Math.floor(number / 250)}.${number % 250}.25`;
}

/** Every line to the closest zone above its owner. */
function distribute(lines: readonly string[], spoilt: readonly SpoiltSet[]): readonly Zone[] {
  const zoneOf = (name: string): string | undefined =>
    zooZones.map((zone) => zone.name).find((zone) => name === zone || name.endsWith(`.${zone}`));
  const ownerOf = (line: string): string => (line.split(" ")[0] ?? "").replace(/\.$/, "");
  const records = Map.groupBy(new Set(lines), (line) => zoneOf(ownerOf(line).toLowerCase()));
  const sets = Map.groupBy(spoilt, ({ owner }) => zoneOf(owner));
  const lost = records.get(undefined);
  if (lost !== undefined) throw new Error(`no zone for ${lost.join(", ")}`);
  return zooZones.map((zone) => ({
    ...zone,
    records: records.get(zone.name) ?? [],
    spoilt: sets.get(zone.name) ?? [],
  }));
}
