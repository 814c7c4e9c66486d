/** Whether the portal's own certificate is one for the host that readers' links name. */
import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { Config } from "../config/config.ts";
import { matchesName } from "../probe/certificate.ts";

/** Without the brackets of an IPv6 address; undefined where no base address is set. */
export function linkHost({ portal }: Config): string | undefined {
  return URL.parse(portal.base_url ?? "")?.hostname.replace(/^\[|\]$/g, "");
}

export function namesHost(leaf: X509Certificate, host: string): boolean {
  return isIP(host) === 0 ? matchesName(leaf, host) : leaf.checkIP(host) !== undefined;
}
