/**
 * resolv.conf(5) as far as a client with fully qualified names needs it: name servers, timeout and
 * attempts. Search lists and `ndots` do not apply. Unknown lines are skipped, as libc does.
 * Limits follow libc where it has them: timeout 30 s, 5 attempts; up to 8 servers.
 */
import { isIP } from "node:net";

export interface ResolvConf {
  /** Addresses in order, an IPv6 zone (`%eth0`) included. */
  readonly servers: readonly string[];
  /** How long one server may take, in milliseconds; undefined: not set. */
  readonly timeoutMs: number | undefined;
  readonly attempts: number | undefined;
}

const maxServers = 8;

export function parseResolvConf(text: string): ResolvConf {
  const lines = text.split("\n").map((line) => line.trim().split(/\s+/));
  const servers = lines
    .filter(([keyword]) => keyword === "nameserver")
    .map(([, address]) => address ?? "")
    .filter((address) => isIP(address) !== 0);
  const options = lines.filter(([keyword]) => keyword === "options").flatMap((words) => words);
  const timeout = lastNumber(options, "timeout");
  const attempts = lastNumber(options, "attempts");
  return {
    servers: [...new Set(servers)].slice(0, maxServers),
    timeoutMs: timeout === undefined ? undefined : Math.min(Math.max(timeout, 1), 30) * 1000,
    attempts: attempts === undefined ? undefined : Math.min(Math.max(attempts, 1), 5),
  };
}

function lastNumber(options: readonly string[], name: string): number | undefined {
  const found = options.findLast((option) => new RegExp(`^${name}:\\d{1,6}$`).test(option));
  return found === undefined ? undefined : Number(found.slice(name.length + 1));
}
