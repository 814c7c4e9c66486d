/**
 * The network an address belongs to, as far as an outsider can tell: what one organisation is
 * usually given, /24 of IPv4 and /48 of IPv6. Not for access decisions.
 */

/** `address` as a resolver gives it. An IPv4 address within IPv6 (`::ffff:192.0.2.1`) is IPv4. */
export function networkOf(address: string): string {
  const ipv4 = /(?:^|:)(\d+\.\d+\.\d+)\.\d+$/.exec(address)?.[1];
  if (ipv4 !== undefined) return `${ipv4}.0/24`;
  const [front = "", back] = address.split("::");
  const leading = groups(front);
  const zeros = back === undefined ? 0 : 8 - leading.length - groups(back).length;
  const all = [...leading, ...Array<string>(Math.max(0, zeros)).fill("0"), ...groups(back ?? "")];
  return `${all.slice(0, 3).join(":")}::/48`;
}

function groups(text: string): readonly string[] {
  return text === "" ? [] : text.toLowerCase().split(":");
}
