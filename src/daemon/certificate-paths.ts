/** Where the configuration says that the portal's own certificate is. */
import type { Config } from "../config/config.ts";
import type { CertificatePaths } from "../portal/certificate-files.ts";

/** undefined: a proxy speaks TLS. */
export function certificatePaths({ portal }: Config): CertificatePaths | undefined {
  const { certificate, private_key: privateKey } = portal;
  if (certificate === undefined || privateKey === undefined) return undefined;
  return { certificate, privateKey };
}
