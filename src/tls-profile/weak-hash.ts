/** Broken hashes are found by name, in handshakes and certificates alike (RFC 9155, RFC 9325 §4.5). */
import type { TlsProfile } from "./tls-profile.ts";

/** Whether a signature scheme, as IANA or OpenSSL names it, rests on a hash that is broken. */
export function hasWeakHash(profile: TlsProfile, scheme: string): boolean {
  const name = scheme.toLowerCase().replaceAll("-", "");
  return profile.weakHashes.some((hash) => new RegExp(`${hash}(?!\\d)`).test(name));
}
