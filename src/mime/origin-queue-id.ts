/**
 * The queue ID under which this Postfix first accepted a message, from the topmost Received field.
 * A filter does not see the field of its own pass, so the topmost is that of the pass before.
 * Postfix writes the clause that names itself on a line of its own, which neither HELO name nor
 * recipient can imitate; a field of another host, or of another program, gives no ID. Where
 * administrators remove Received on submission, a client's own field may be the topmost: whoever
 * uses the ID must not trust it with more than a log line or a flush.
 */
export interface PostfixName {
  /** postconf(5) myhostname. */
  readonly hostname: string;
  /** postconf(5) mail_name. */
  readonly mailName: string;
}

const maxValueLength = 8000;
const id = "(?<id>[0-9A-F]{6,40}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,40})";
/** The whole line; never the first, where the client's HELO name stands. */
const network = new RegExp(
  `^[ \\t]+by (?<host>\\S+) \\((?<name>.+)\\) with [A-Z0-9]+ id ${id}(?:;.*)?$`,
);
const local = new RegExp(
  `^[ \\t]*by (?<host>\\S+) \\((?<name>.+), from userid \\d+\\)\\n?[ \\t]+id ${id};`,
);

/** `received`: the raw value, folded lines joined by LF. */
export function parseOriginQueueId(received: string, postfix: PostfixName): string | undefined {
  if (received.length > maxValueLength) return undefined;
  const text = received.replaceAll("\r\n", "\n");
  const lines = text.split("\n").slice(1);
  const matches = [local.exec(text), ...lines.map((line) => network.exec(line))];
  const groups = matches.find((match) => match !== null)?.groups;
  const ours =
    groups?.["host"]?.toLowerCase() === postfix.hostname.toLowerCase() &&
    groups["name"] === postfix.mailName;
  return ours ? groups["id"] : undefined;
}
