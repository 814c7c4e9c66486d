/**
 * What was proven, as a static TLS policy table of Postfix (texthash(5), postconf(5)
 * smtp_tls_policy_maps): the way on when mxseal itself is gone for longer. Only full-line comments
 * exist in such a table, so the time until which a line holds stands above it.
 *
 * Tried with Postfix 3.7: behind the table `static:wait` defers every other domain before any
 * connection is made (`wait` is no TLS level); without it the transport's own level `secure` would
 * take certificates of the recipient domain that nobody has proven.
 */
import type { Domain } from "../base/domain.ts";
import { printable } from "../base/printable.ts";
import { formatInstant } from "./text-table.ts";

export interface PolicyLine {
  readonly domain: Domain;
  /** As Postfix is to enforce it: `secure match=…`, `dane-only …`. */
  readonly policy: string;
  readonly expiresAt: number;
  /** Name and edition. */
  readonly profile: string;
}

/** Policies are ours, but a table must hold no line that its store does not mean. */
const oneLine = /^[a-z][\x20-\x7e]*$/;

export function isPolicy(text: string): boolean {
  return oneLine.test(text);
}

/** `file`: where the table will stand, as far as that is known. Ends with a line break. */
export function formatPolicyTable(
  lines: readonly PolicyLine[],
  nowMs: number,
  file: string = "/etc/postfix/mxseal-policy",
): string {
  const sorted = lines.toSorted((a, b) => (a.domain < b.domain ? -1 : 1));
  const entries = sorted.flatMap(({ domain, policy, expiresAt }) => [
    `# until ${formatInstant(expiresAt)}`,
    `${domain}\t${policy}`,
  ]);
  return `${[...header(lines, nowMs, printable(file)), ...entries].join("\n")}\n`;
}

function header(lines: readonly PolicyLine[], nowMs: number, file: string): readonly string[] {
  const profiles = [...new Set(lines.map(({ profile }) => profile))].sort();
  const ends = lines.map(({ expiresAt }) => expiresAt).sort((a, b) => a - b);
  const [first, last] = [ends.at(0) ?? nowMs, ends.at(-1) ?? nowMs].map(formatInstant);
  const count = lines.length === 1 ? "1 domain" : `${lines.length} domains`;
  const judged = profiles.length > 0 ? `, judged by ${printable(profiles.join(", "))}` : "";
  return [
    `# What mxseal has proven, as a static TLS policy table for Postfix.`,
    `# Written ${formatInstant(nowMs)}; ${count}${judged}.`,
    ...(lines.length > 0 ? [`# The first line ends ${first}, the last ${last}.`] : []),
    ...usage(file),
  ];
}

/** What is to be copied stands on one line each: half of it would be worse than nothing. */
function usage(file: string): readonly string[] {
  return `
For an emergency: mxseal will be away for longer, and mail to proven
domains must go on. The table does not learn: once a line's time is over,
nobody knows whether it still holds. Write it anew while mxseal can, and
put Postfix back as it was as soon as mxseal runs again.

1. master.cf, service mxseal-secure, in place of mxseal's map:
     -o smtp_tls_policy_maps=texthash:${file},static:wait
   "wait" is no TLS level: mail to a domain that is not in this table is
   deferred before any connection is made. Do not leave it out: the
   service's own level "secure" would then deliver to any server with a
   trusted certificate of the recipient's domain: validated, not proven.
2. main.cf, in place of mxseal's map (own and routed domains in front):
     transport_maps = regexp:$config_directory/mxseal-routed.re static:mxseal-secure:
   All of it: without its end mail leaves by the ordinary way, unchecked.
   Not default_transport: relayhost would take its next hop, and
   sender_dependent_default_transport_maps goes before it. Nothing is
   sealed meanwhile; what was to be sealed or allowed waits as well.
3. postfix reload, also after each change: a texthash: file is read when
   a process starts. A large table: postmap lmdb:FILE (or hash:), and that
   type in place of texthash:. To see what a domain gets:
     postmap -q DOMAIN texthash:${file}
`
    .split("\n")
    .slice(0, -1)
    .map((line) => `# ${line}`.trimEnd());
}
