/**
 * Whose AD bit is believed (RFC 4035 §4.9.3): servers on loopback, and those that the
 * configuration names because the way to them is protected. Addresses compare by value, so that
 * every spelling of an IPv6 address is the same.
 */
import { BlockList, isIPv6 } from "node:net";

export function trustResolvers(addresses: readonly string[]): (address: string) => boolean {
  const trusted = new BlockList();
  trusted.addSubnet("127.0.0.0", 8, "ipv4");
  for (const address of ["::1", ...addresses]) trusted.addAddress(address, familyOf(address));
  return (address) => trusted.check(address, familyOf(address));
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv6(address) ? "ipv6" : "ipv4";
}
