/** A certificate in two files, as an ACME client leaves them, renewed when a test says so. */
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CertificatePaths } from "../../src/portal/certificate-files.ts";
import { type CertificateWish, type Identity, issueCertificate } from "./certificates.ts";

export const portalName = "mail.company.example";

export const testAuthority: Identity = issueCertificate({
  commonName: "mxseal test authority",
  isAuthority: true,
});

export function issueForPortal(wish: CertificateWish = {}): Identity {
  return issueCertificate({ names: [portalName], issuer: testAuthority, ...wish });
}

export function certificatePathsIn(directory: string): CertificatePaths {
  return {
    certificate: join(directory, "fullchain.pem"),
    privateKey: join(directory, "privkey.pem"),
  };
}

/** Each file wholly or not at all. */
export async function putCertificate(
  paths: CertificatePaths,
  identity: Pick<Identity, "chainPem" | "keyPem">,
): Promise<void> {
  await put(paths.privateKey, identity.keyPem, 0o640);
  await put(paths.certificate, identity.chainPem, 0o644);
}

async function put(path: string, text: string, mode: number): Promise<void> {
  await writeFile(`${path}.new`, text, { mode });
  await rename(`${path}.new`, path);
}
