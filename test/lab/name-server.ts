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

export const zoneStates = ["signed", "unsigned", "bogus"] as const;
export type ZoneState = (typeof zoneStates)[number];

export interface Zone {
  /** Without a dot at the end. */
  readonly name: string;
  readonly state: ZoneState;
  /** In zone file form, names with a dot at the end. */
  readonly records: readonly string[];
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
    await this.#startAuthority(files);
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

  async #publish(
    zones: readonly Zone[],
    topLevels: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    const files = new Map<string, string>();
    const lower = await Promise.all(
      zones.map(async (zone) => ({ zone, signed: await this.#write(zone) })),
    );
    for (const { zone, signed } of lower) files.set(zone.name, signed.file);
    const upper = await Promise.all(
      topLevels.map(async (name) => {
        const children = lower.filter(({ zone }) => zone.name.endsWith(`.${name}`));
        const records = children.flatMap(({ zone, signed }) => [
          `${zone.name}. NS ns.${name}.`,
          ...signed.delegation.map((line) => (zone.state === "bogus" ? spoilt(line) : line)),
        ]);
        const top = { name, state: "signed", records } as const;
        return { zone: top, signed: await this.#write(top) };
      }),
    );
    for (const { zone, signed } of upper) files.set(zone.name, signed.file);
    const records = upper.flatMap(({ zone, signed }) => [
      `${zone.name}. NS ns.${zone.name}.`,
      `ns.${zone.name}. A ${authorityAddress}`,
      ...signed.delegation,
    ]);
    const root = await this.#write({ name: "", state: "signed", records });
    files.set("", root.file);
    return files;
  }

  async #write(zone: Zone): Promise<SignedZone> {
    const label = zone.name === "" ? "root" : zone.name;
    const file = join(this.#directory, `${label}.zone`);
    const apex = `${zone.name}.`;
    const server = zone.name === "" ? "ns." : `ns.${zone.name}.`;
    const text = [
      "$TTL 300",
      `${apex} SOA ${server} hostmaster${zone.name === "" ? "" : "."}${apex} 1 3600 600 86400 30`,
      `${apex} NS ${server}`,
      `${server} A ${authorityAddress}`,
      ...zone.records,
    ];
    await writeFile(file, `${text.join("\n")}\n`);
    if (zone.state === "unsigned") return { file, delegation: [] };
    return this.#sign(apex, file);
  }

  async #sign(apex: string, file: string): Promise<SignedZone> {
    const inside = ["-K", this.#directory];
    const flags = ["-q", "-f", "KSK", "-a", keyAlgorithm];
    const key = (await runCommand(["dnssec-keygen", ...inside, ...flags, apex])).trim();
    await writeFile(file, await readFile(join(this.#directory, `${key}.key`)), { flag: "a" });
    const signed = `${file}.signed`;
    const where = ["-o", apex, "-d", this.#directory, "-f", signed];
    // -z: one key for everything. -P: no check afterwards, the resolver does that.
    await runCommand(["dnssec-signzone", "-q", "-P", "-z", ...inside, ...where, file, key]);
    if (apex === ".") await this.#trust(key);
    const records = await readFile(join(this.#directory, `dsset-${apex}`), "utf8");
    return { file: signed, delegation: records.trim().split("\n") };
  }

  async #trust(key: string): Promise<void> {
    const record = await readFile(join(this.#directory, `${key}.key`));
    await writeFile(join(this.#directory, "trust-anchor.key"), record);
  }

  async #startAuthority(files: ReadonlyMap<string, string>): Promise<void> {
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

/** A DS record whose digest belongs to no key. */
function spoilt(record: string): string {
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
