/**
 * The certification authorities that are trusted: the PEM bundle that Postfix's smtp_tls_CAfile
 * names, read once. A verdict from another file would describe another delivery.
 */
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { MxsealError } from "../base/errors.ts";

export interface TrustStore {
  readonly path: string;
  /** The bundle's certificates as PEM, nothing else of the file. */
  readonly pem: string;
  readonly anchors: readonly X509Certificate[];
}

const maxBytes = 16 * 1024 * 1024;
const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Throws MXSEAL_CA_FILE_UNUSABLE when the file cannot be read or holds no certificate. */
export async function loadCaFile(path: string): Promise<TrustStore> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw unusable(path, "cannot be read", cause);
  });
  if (text.length > maxBytes) throw unusable(path, "is larger than 16 MiB");
  const blocks = text.match(block) ?? [];
  if (blocks.length === 0) throw unusable(path, "holds no certificate");
  return { path, pem: blocks.join("\n"), anchors: blocks.map((pem) => parse(path, pem)) };
}

function parse(path: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw unusable(path, "holds a certificate that cannot be read", cause);
  }
}

function unusable(path: string, what: string, cause?: unknown): MxsealError {
  return new MxsealError("MXSEAL_CA_FILE_UNUSABLE", `The CA file ${path} ${what}.`, { cause });
}
