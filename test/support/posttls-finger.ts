/**
 * Postfix's own opinion of a server under a policy of ours: posttls-finger(1) with the parameters
 * that the policy names. The oracle of the probe's tests.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TlsProfile } from "../../src/tls-profile/tls-profile.ts";

const program = ["/usr/sbin/posttls-finger", "/usr/bin/posttls-finger"].find(existsSync);

/** False, or why the oracle cannot be asked. */
export const fingerMissing: false | string =
  program === undefined ? "posttls-finger is not installed (Debian package postfix)" : false;

export interface FingerOpinion {
  readonly isVerified: boolean;
  readonly output: string;
}

export interface FingerTarget {
  readonly port: number;
  readonly host: string;
  readonly caPem: string;
}

/** With what OpenSSL offers by itself in TLS 1.3. */
export function askFinger(
  policy: string,
  port: number,
  host: string,
  caPem: string,
): Promise<FingerOpinion> {
  return ask(policy, { port, host, caPem }, []);
}

/** With the whole offer of mxseal-secure. */
export function askPinnedFinger(
  policy: string,
  profile: TlsProfile,
  target: FingerTarget,
): Promise<FingerOpinion> {
  return ask(policy, target, pinningOptions(profile));
}

async function ask(
  policy: string,
  { port, host, caPem }: FingerTarget,
  pins: readonly string[],
): Promise<FingerOpinion> {
  if (program === undefined) throw new Error("posttls-finger is missing");
  const directory = await mkdtemp(join(tmpdir(), "mxseal-finger-"));
  try {
    const caFile = join(directory, "ca.pem");
    await writeFile(caFile, caPem);
    const options = [
      "-c",
      "-t",
      "10",
      "-T",
      "10",
      "-F",
      caFile,
      ...optionsOf(policy, host),
      ...pins,
    ];
    const match = attribute(policy, "match").split(":");
    const run = promisify(execFile)(program, [...options, `[127.0.0.1]:${port}`, ...match]);
    const { stdout, stderr } = await run.catch(
      (error: Error & { stdout?: string; stderr?: string }) => ({
        stdout: error.stdout ?? "",
        stderr: error.stderr ?? "",
      }),
    );
    const output = stdout + stderr;
    return { isVerified: output.includes("Verified TLS connection established"), output };
  } finally {
    await rm(directory, { recursive: true });
  }
}

function optionsOf(policy: string, host: string): readonly string[] {
  const [level = ""] = policy.split(" ");
  if (attribute(policy, "servername") !== "hostname") throw new Error("unexpected servername");
  const protocols = attribute(policy, "protocols");
  // What exclude= does in a policy: posttls-finger knows no exclusions.
  const exclusions = attribute(policy, "exclude")
    .split(":")
    .map((word) => `!${word}`);
  const grade = ["aNULL:-aNULL:HIGH:@STRENGTH", ...exclusions].join(":");
  const options = ["-l", level, "-s", host, "-p", protocols, "-g", attribute(policy, "ciphers")];
  return [...options, "-o", `tls_high_cipherlist=${grade}`];
}

const examples = join(import.meta.dirname, "../../postfix-examples");

/** What mxseal-secure of the examples pins beside the policy, for one profile. */
export function pinningOptions({ name, offer }: TlsProfile): readonly string[] {
  return [
    `tls_config_file=${join(examples, `mxseal-tls-${name}.cnf`)}`,
    `tls_eecdh_auto_curves=${offer.groups.join(" ")}`,
    "tls_ssl_options=",
  ].flatMap((parameter) => ["-o", parameter]);
}

function attribute(policy: string, name: string): string {
  const found = policy.split(" ").find((word) => word.startsWith(`${name}=`));
  if (found === undefined) throw new Error(`the policy has no ${name}`);
  return found.slice(name.length + 1);
}
