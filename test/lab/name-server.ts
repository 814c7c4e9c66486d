/**
 * The lab's DNS: bind9 with a whole tree of its own from the root down (signed, unsigned and
 * broken zones), and unbound, which validates it (RFC 4035) with the lab root's key and is what
 * /etc/resolv.conf names. Nothing in it knows the real root.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Daemon, runCommand, tryCommand } from "./command.ts";

const authorityAddress = "127.0.0.2";
const keyAlgorithm = "ECDSAP256SHA256";

/** `lame`: delegated to a server that has lost it, and says SERVFAIL. */
export const zoneStates = ["signed", "unsigned", "bogus", "lame"] as const;
export type ZoneState = (typeof zoneStates)[number];

export interface Zone {
  /** Without a dot at the end. */
  readonly name: string;
  readonly state: ZoneState;
  /** In zone file form, names with a dot at the end. */
  readonly records: readonly string[];
  /** Record sets of a signed zone whose signatures do not hold. */
  readonly spoilt?: readonly SpoiltSet[];
}

export interface SpoiltSet {
  /** Without a dot at the end. */
  readonly owner: string;
  readonly type: string;
  /** `altered`: one bit of the signature. `expired`: right, but over for days. */
  readonly how: "altered" | "expired";
}

interface SignedZone {
  readonly file: string;
  /** DS records for the parent; empty when the zone is unsigned. */
  readonly delegation: readonly string[];
}

export class NameServer implements AsyncDisposable {
  readonly #directory: string;
  #authority: Daemon | undefined;
  #resolver: Daemon | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** `topLevels` (signed) hold the delegations of `zones`. Rejects when it does not come up. */
  async start(zones: readonly Zone[], topLevels: readonly string[]): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const files = await this.#publish(zones, topLevels);
    const lame = zones.flatMap(({ name, state }) => (state === "lame" ? name : []));
    await this.#startAuthority(files, lame);
    await this.startResolver();
    await writeFile("/etc/resolv.conf", "nameserver 127.0.0.1\noptions edns0 trust-ad\n");
  }

  async startResolver(): Promise<void> {
    const resolver = new Daemon(["unbound", "-d", "-p", "-c", await this.#writeResolverConfig()]);
    this.#resolver = resolver;
    await resolver.ready(() => answers("127.0.0.1", "."));
  }

  async stopResolver(): Promise<void> {
    await this.#resolver?.[Symbol.asyncDispose]();
    this.#resolver = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopResolver();
    await this.#authority?.[Symbol.asyncDispose]();
  }

  /** Children first, because a parent holds their delegations. */
  async #publish(
    zones: readonly Zone[],
    topLevels: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    const upper = ["", ...topLevels].map(
      (name) => ({ name, state: "signed", records: [] }) as const,
    );
    const all: readonly Zone[] = [...zones, ...upper];
    const delegations = new Map<string, string[]>(all.map(({ name }) => [name, []]));
    const files = new Map<string, string>();
    const levels = [...Map.groupBy(all, ({ name }) => depthOf(name))].sort(([a], [b]) => b - a);
    for (const [, level] of levels) {
      await Promise.all(
        level.map(async (zone) => {
          const records = [...zone.records, ...(delegations.get(zone.name) ?? [])];
          const signed = await this.#write({ ...zone, records });
          files.set(zone.name, signed.file);
          if (zone.name === "") return;
          const parent = parentOf(zone.name, (name) => delegations.has(name));
          delegations.get(parent)?.push(...delegationOf(zone, signed));
        }),
      );
    }
    return files;
  }

  async #write(zone: Zone): Promise<SignedZone> {
    const label = zone.name === "" ? "root" : zone.name;
    const file = join(this.#directory, `${label}.zone`);
    const apex = `${zone.name}.`;
    const server = serverOf(zone.name);
    const text = [
      "$TTL 300",
      `${apex} SOA ${server} hostmaster${zone.name === "" ? "" : "."}${apex} 1 3600 600 86400 30`,
      `${apex} NS ${server}`,
      `${server} A ${authorityAddress}`,
      ...zone.records,
    ];
    if (zone.state !== "lame") await writeFile(file, `${text.join("\n")}\n`);
    if (zone.state === "unsigned" || zone.state === "lame") return { file, delegation: [] };
    return this.#sign(zone, file);
  }

  async #sign({ name, spoilt = [] }: Zone, file: string): Promise<SignedZone> {
    const apex = `${name}.`;
    const inside = ["-K", this.#directory];
    const flags = ["-q", "-f", "KSK", "-a", keyAlgorithm];
    const key = (await runCommand(["dnssec-keygen", ...inside, ...flags, apex])).trim();
    await writeFile(file, await readFile(join(this.#directory, `${key}.key`)), { flag: "a" });
    const signed = `${file}.signed`;
    const where = ["-o", apex, "-d", this.#directory];
    // -z: one key for everything. -P: no check afterwards, the resolver does that. -O full: a line
    // for each record.
    const how = ["-q", "-P", "-z", "-O", "full", ...inside, ...where];
    await runCommand(["dnssec-signzone", ...how, "-f", signed, file, key]);
    if (name === "") await this.#trust(key);
    const records = await readFile(join(this.#directory, `dsset-${apex}`), "utf8");
    if (spoilt.length > 0) {
      const past = `${file}.past`;
      const times = ["-s", instant(-40), "-e", instant(-10)];
      await runCommand(["dnssec-signzone", ...how, ...times, "-f", past, file, key]);
      await writeFile(signed, spoil(await linesOf(signed), await linesOf(past), spoilt));
    }
    return { file: signed, delegation: records.trim().split("\n") };
  }

  async #trust(key: string): Promise<void> {
    const record = await readFile(join(this.#directory, `${key}.key`));
    await writeFile(join(this.#directory, "trust-anchor.key"), record);
  }

  async #startAuthority(
    files: ReadonlyMap<string, string>,
    lame: readonly string[],
  ): Promise<void> {
    const zones = [...files].map(
      ([name, file]) => `zone "${name === "" ? "." : name}" { type primary; file "${file}"; };`,
    );
    const path = join(this.#directory, "named.conf");
    const options = [
      `directory "${this.#directory}";`,
      `listen-on { ${authorityAddress}; };`,
      "listen-on-v6 { none; };",
      "recursion no;",
      "dnssec-validation no;",
      "notify no;",
      // What is odd in a zone is odd on purpose.
      "check-names primary ignore;",
      "check-mx ignore;",
      "check-mx-cname ignore;",
      "check-integrity no;",
      `pid-file "${join(this.#directory, "named.pid")}";`,
      `session-keyfile "${join(this.#directory, "session.key")}";`,
    ];
    await writeFile(
      path,
      `options { ${options.join(" ")} };\ncontrols { };\n${zones.join("\n")}\n`,
    );
    // named listens on addresses of interfaces only.
    await runCommand(["ip", "address", "replace", `${authorityAddress}/32`, "dev", "lo"]);
    const authority = new Daemon(["named", "-g", "-n", "1", "-c", path]);
    this.#authority = authority;
    await authority.ready(() => answers(authorityAddress, "."));
    insistOnLoaded(authority.output, lame);
  }

  async #writeResolverConfig(): Promise<string> {
    const path = join(this.#directory, "unbound.conf");
    const lines = [
      "server:",
      '  chroot: ""',
      '  username: ""',
      '  pidfile: ""',
      `  directory: "${this.#directory}"`,
      "  use-syslog: no",
      "  interface: 127.0.0.1",
      "  do-ip6: no",
      "  do-not-query-localhost: no",
      "  num-threads: 1",
      '  module-config: "validator iterator"',
      `  trust-anchor-file: "${join(this.#directory, "trust-anchor.key")}"`,
      // These names are answered by unbound itself unless it is told otherwise (RFC 6761).
      '  local-zone: "test." nodefault',
      "  trust-anchor-signaling: no",
      "stub-zone:",
      '  name: "."',
      `  stub-addr: ${authorityAddress}`,
    ];
    await writeFile(path, `${lines.join("\n")}\n`);
    return path;
  }
}

/** A zone file with a fault would look like a domain without an answer. */
function insistOnLoaded(output: string, lame: readonly string[]): void {
  const notLoaded = [...output.matchAll(/zone (\S+)\/IN: not loaded/g)].map(([, zone]) => zone);
  const faulty = notLoaded.filter((zone) => zone !== undefined && !lame.includes(zone));
  if (faulty.length === 0) return;
  const lines = output.split("\n").filter((line) => /error|dns_|zone /.test(line));
  throw new Error(`named does not load ${faulty.join(", ")}\n${lines.join("\n")}`);
}

const dayMs = 86_400_000;

/** As dnssec-signzone writes instants: so many days from now. */
function instant(days: number): string {
  return new Date(Date.now() + days * dayMs).toISOString().replace(/[-:T]/g, "").slice(0, 14);
}

async function linesOf(file: string): Promise<readonly string[]> {
  return (await readFile(file, "utf8")).split("\n");
}

/** `past`: the same zone with signatures that are over. */
function spoil(
  lines: readonly string[],
  past: readonly string[],
  sets: readonly SpoiltSet[],
): string {
  let text = lines;
  for (const { owner, type, how } of sets) {
    const isOfSet = (line: string): boolean => {
      const [name, , , kind, covered] = line.split(/\s+/);
      return name === `${owner}.` && kind === "RRSIG" && covered === type;
    };
    if (!text.some(isOfSet)) throw new Error(`nothing signs ${owner} ${type}`);
    const replaced = how === "expired" ? past.filter(isOfSet) : text.filter(isOfSet).map(altered);
    text = [...text.filter((line) => !isOfSet(line)), ...replaced];
  }
  return `${text.join("\n")}\n`;
}

function altered(line: string): string {
  return line.replace(/(.)(.{8})$/, (_, digit: string, rest: string) => {
    return `${digit === "A" ? "B" : "A"}${rest}`;
  });
}

function depthOf(name: string): number {
  return name === "" ? 0 : name.split(".").length;
}

/** The closest zone above. */
function parentOf(name: string, isZone: (name: string) => boolean): string {
  const labels = name.split(".");
  const above = labels.map((_, index) => labels.slice(index + 1).join("."));
  return above.find(isZone) ?? "";
}

function serverOf(zone: string): string {
  return zone === "" ? "ns." : `ns.${zone}.`;
}

function delegationOf(zone: Zone, { delegation }: SignedZone): readonly string[] {
  const server = serverOf(zone.name);
  const keys = zone.state === "bogus" ? delegation.map(withoutKey) : delegation;
  return [`${zone.name}. NS ${server}`, `${server} A ${authorityAddress}`, ...keys];
}

/** A DS record whose digest belongs to no key. */
function withoutKey(record: string): string {
  return record.replace(
    /[0-9A-F]{8}\s*$/i,
    (end) => (end.startsWith("0") ? "1" : "0") + end.slice(1),
  );
}

async function answers(server: string, name: string): Promise<boolean> {
  const query = ["dig", `@${server}`, "+time=1", "+tries=1", "+short", name, "SOA"];
  const { code, stdout } = await tryCommand(query);
  return code === 0 && stdout.trim() !== "" && !stdout.startsWith(";");
}
