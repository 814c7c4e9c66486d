/**
 * The host patterns of an MTA-STS policy (RFC 8461 §3.2, §4.1): a host name in A-labels, or `*.`
 * and one. The asterisk stands for exactly one label, the left-most: `*.example.com` is
 * `a.example.com`, and neither `example.com` nor `a.b.example.com`. Case does not count.
 */

/** RFC 5321 §4.1.2 Domain: letters, digits and inner hyphens; no dot at the end. */
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
const wildcard = "*.";
const maxLength = 253;

export function isMxPattern(text: string): boolean {
  const name = text.startsWith(wildcard) ? text.slice(wildcard.length) : text;
  return name.length <= maxLength && name.split(".").every((part) => label.test(part));
}

/** `host`: the name in the MX record, without a dot at the end. */
export function matchesMxPattern(pattern: string, host: string): boolean {
  const wanted = pattern.toLowerCase();
  const name = host.toLowerCase();
  if (!wanted.startsWith(wildcard)) return name === wanted;
  const firstDot = name.indexOf(".");
  return firstDot > 0 && name.slice(firstDot + 1) === wanted.slice(wildcard.length);
}
