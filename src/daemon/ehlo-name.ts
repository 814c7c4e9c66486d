/**
 * The name with which probes greet: Postfix's own myhostname, so that a server judges the probe as
 * it will judge the delivery. Without Postfix's word, the name of the machine.
 */
import { execFile } from "node:child_process";
import { hostname } from "node:os";
import { promisify } from "node:util";
import { parseDomain } from "../base/domain.ts";

const run = promisify(execFile);

export async function findEhloName(configDirectory: string): Promise<string> {
  const name = (await postconf(configDirectory)) ?? hostname();
  return parseDomain(name) ?? "localhost.localdomain";
}

/** Undefined where there is no Postfix or no such directory: then there is no delivery either. */
async function postconf(configDirectory: string): Promise<string | undefined> {
  try {
    const args = ["-c", configDirectory, "-h", "myhostname"];
    const { stdout } = await run("/usr/sbin/postconf", args, { timeout: 5000, maxBuffer: 65_536 });
    return stdout.trim() || undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}
