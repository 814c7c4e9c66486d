/**
 * What the running Postfix says of itself, by postconf(1): its version, the parameters of
 * `mxseal-secure` and those of main.cf. For `mxseal config check`, which compares them with the
 * configuration.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const service = "mxseal-secure/unix";

export interface PostfixFacts {
  /** For example `3.7.11`. */
  readonly version: string;
  /** Undefined: the service has no such parameter of its own, or does not exist. */
  readonly secure: (parameter: string) => string | undefined;
  /** Of main.cf, or its default. */
  readonly main: (parameter: string) => string | undefined;
}

/** Which parameters are asked for. */
export interface AskedParameters {
  readonly secure: readonly string[];
  readonly main: readonly string[];
}

/** Undefined where there is no Postfix to ask, or no such configuration directory. */
export async function readPostfixFacts(
  configDirectory: string,
  parameters: AskedParameters,
): Promise<PostfixFacts | undefined> {
  const version = await postconf(configDirectory, ["-h", "mail_version"]);
  if (version === undefined) return undefined;
  const asked = parameters.secure.map((name) => `${service}/${name}`);
  const secure = valuesOf(await postconf(configDirectory, ["-P", ...asked]));
  const main = valuesOf(await postconf(configDirectory, [...parameters.main]));
  return { version, secure: (name) => secure.get(name), main: (name) => main.get(name) };
}

/** True when `version` is `least` or later; both `3.10.5` and `3.11-20260821` are versions. */
export function isVersionAtLeast(version: string, least: readonly number[]): boolean {
  const parts = version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
  for (const [index, wanted] of least.entries()) {
    const found = parts[index] ?? 0;
    if (found !== wanted) return found > wanted;
  }
  return true;
}

function valuesOf(lines = ""): ReadonlyMap<string, string> {
  return new Map(lines.split("\n").flatMap(readLine));
}

/** `mxseal-secure/unix/smtp_tls_CAfile = /etc/…`, `message_size_limit = 10240000` */
function readLine(line: string): readonly (readonly [string, string])[] {
  const [, name, value] = /^(?:[^/\s]+\/unix\/)?(\w+) = ?(.*)$/.exec(line) ?? [];
  return name === undefined || value === undefined ? [] : [[name, value.trim()]];
}

async function postconf(
  configDirectory: string,
  options: readonly string[],
): Promise<string | undefined> {
  try {
    const args = ["-c", configDirectory, ...options];
    const { stdout } = await run("/usr/sbin/postconf", args, { timeout: 5000, maxBuffer: 262_144 });
    return stdout.trim() === "" ? undefined : stdout.trim();
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}
