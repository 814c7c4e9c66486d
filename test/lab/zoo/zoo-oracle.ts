/**
 * Postfix's own opinion of a domain of the zoo: posttls-finger(1) with real DNS, the policy that
 * the verdict gave and the offer of `mxseal-secure` as the lab's master.cf has it. For a domain
 * that is not proven, the strictest policy that could have been meant.
 */
import type { Verdict } from "../../../src/base/verdict.ts";
import { danePolicy, securePolicy } from "../../../src/probe/postfix-policy.ts";
import { bsi } from "../../../src/tls-profile/bsi.ts";
import { runCommand, tryCommand } from "../command.ts";

export interface OracleOpinion {
  readonly isVerified: boolean;
  /** The last word of each question that was asked. */
  readonly words: readonly string[];
}

interface Place {
  readonly host: string;
  readonly address: string;
}

const service = "mxseal-secure/unix";
const patienceSeconds = "10";
const deadlineMs = 60_000;
const verified = "Verified TLS connection established";

export class ZooOracle {
  readonly #offer: readonly string[];

  private constructor(offer: readonly string[]) {
    this.#offer = offer;
  }

  /** Reads what `mxseal-secure` pins. */
  static async read(): Promise<ZooOracle> {
    const lines = (await runCommand(["postconf", "-P", `${service}/*`])).split("\n");
    const settings = new Map(
      lines.flatMap((line) => {
        const [, name, value] = /^mxseal-secure\/unix\/(\S+) = ?(.*)$/.exec(line) ?? [];
        return name === undefined ? [] : [[name, value ?? ""] as const];
      }),
    );
    const ofTls = [...settings].filter(([name]) => name.startsWith("tls_"));
    // The one thing of the policy that posttls-finger has no option for.
    const grade = settings.get("tls_high_cipherlist") ?? "";
    const without = bsi.offer.exclusions.map((word) => `:!${word}`).join("");
    const options = [...ofTls, ["tls_high_cipherlist", grade + without] as const];
    return new ZooOracle(options.flatMap(([name, value]) => ["-o", `${name}=${value}`]));
  }

  /** Each server by itself, where there are several, since it looks at no second one. */
  async ask(domain: string, verdict: Verdict, places: readonly Place[]): Promise<OracleOpinion> {
    const policy = verdict.postfixPolicy ?? strictest(domain, verdict);
    const hosts = [...new Set(places.map(({ host }) => host))];
    const destinations = hosts.length > 1 ? hosts.map((host) => `[${host}]`) : [domain];
    const families = places.length > hosts.length ? ["ipv4", "ipv6"] : ["any"];
    const questions = destinations.flatMap((destination, index) =>
      families.map((family) => this.#ask(policy, destination, hosts[index] ?? domain, family)),
    );
    const words = await Promise.all(questions);
    return { isVerified: words.some((word) => word.includes(verified)), words };
  }

  async #ask(policy: string, to: string, host: string, family: string): Promise<string> {
    const [level = ""] = policy.split(" ");
    const sni = level === "secure" ? ["-s", host, ...trust] : [];
    const names = level === "secure" ? attribute(policy, "match").split(":") : [];
    const strength = ["-p", attribute(policy, "protocols"), "-g", attribute(policy, "ciphers")];
    const waits = ["-t", patienceSeconds, "-T", patienceSeconds, "-a", family, "-h", "dns"];
    const options = ["-c", "-L", "summary", ...waits, "-l", level, ...strength, ...sni];
    const command = ["posttls-finger", ...options, ...this.#offer, to, ...names];
    const { stdout, stderr } = await tryCommand(command, { deadlineMs });
    const lines = (stdout + stderr).split("\n").filter((line) => line !== "");
    return lines.find((line) => line.includes(verified)) ?? lines.at(-1) ?? "silence";
  }
}

const trust = ["-F", "/etc/ssl/certs/ca-certificates.crt"];

function strictest(domain: string, { hosts, dnssec }: Verdict): string {
  const bound = ["usable", "failure"];
  const isBound = hosts.some(({ tlsa }) => tlsa !== undefined && bound.includes(tlsa.status));
  if (dnssec.mx && isBound) return danePolicy(bsi);
  return securePolicy([...hosts.map(({ host }) => host), domain], bsi);
}

function attribute(policy: string, name: string): string {
  const found = policy.split(" ").find((word) => word.startsWith(`${name}=`));
  if (found === undefined) throw new Error(`the policy has no ${name}: ${policy}`);
  return found.slice(name.length + 1);
}
