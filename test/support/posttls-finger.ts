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

const program = ["/usr/sbin/posttls-finger", "/usr/bin/posttls-finger"].find(existsSync);

/** False, or why the oracle cannot be asked. */
export const fingerMissing: false | string =
  program === undefined ? "posttls-finger is not installed (Debian package postfix)" : false;

export interface FingerOpinion {
  readonly isVerified: boolean;
  readonly output: string;
}

export async function askFinger(
  policy: string,
  port: number,
  host: string,
  caPem: string,
): Promise<FingerOpinion> {
  if (program === undefined) throw new Error("posttls-finger is missing");
  const directory = await mkdtemp(join(tmpdir(), "mxseal-finger-"));
  try {
    const caFile = join(directory, "ca.pem");
    await writeFile(caFile, caPem);
    const options = ["-c", "-t", "10", "-T", "10", "-F", caFile, ...optionsOf(policy, host)];
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
  return ["-l", level, "-s", host, "-p", protocols, "-g", attribute(policy, "ciphers")];
}

function attribute(policy: string, name: string): string {
  const found = policy.split(" ").find((word) => word.startsWith(`${name}=`));
  if (found === undefined) throw new Error(`the policy has no ${name}`);
  return found.slice(name.length + 1);
}
