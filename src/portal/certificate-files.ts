/**
 * The portal's own certificate: a PEM file with the chain, the server's certificate first, and one
 * with its key, as ACME clients write them (symbolic links are followed). A pair is taken whole or
 * not at all: readable, belonging together, in date, and the key kept from others.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { MxsealError } from "../base/errors.ts";
import { canSign, serverTlsOptions } from "./server-tls.ts";

export interface CertificatePaths {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface ServerCertificate {
  /** As the files have it. */
  readonly cert: string;
  readonly key: string;
  /** The server's own. */
  readonly leaf: X509Certificate;
}

const maxFileBytes = 256 * 1024;
const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
/** Writable for the group or anybody, or readable for anybody. */
const refusedModeBits = 0o026;

/** Rejects with MXSEAL_CERTIFICATE_UNUSABLE, naming the file and what is wrong with it. */
export async function readCertificate(
  paths: CertificatePaths,
  nowMs: number,
): Promise<ServerCertificate> {
  const cert = await readFile(paths.certificate);
  const key = await readFile(paths.privateKey, checkGuards);
  const leaf = parseChain(paths.certificate, cert);
  if (!leaf.checkPrivateKey(parseKey(paths.privateKey, key))) {
    throw unusable(paths.privateKey, `is not the key of the certificate ${paths.certificate}`);
  }
  checkDates(paths.certificate, leaf, nowMs);
  if (!canSign(leaf.publicKey)) {
    const text = "is none of RSA or of ECDSA with P-256, P-384 or P-521: no browser could connect";
    throw unusable(paths.certificate, text);
  }
  try {
    createSecureContext(serverTlsOptions({ cert, key }));
  } catch (cause) {
    throw unusable(paths.certificate, "cannot be used for TLS", cause);
  }
  return { cert, key, leaf };
}

/** The certificate to be shown to readers; the first of the chain. */
function parseChain(path: string, pem: string): X509Certificate {
  const blocks = pem.match(block) ?? [];
  try {
    const [leaf] = blocks.map((text) => new X509Certificate(text));
    if (leaf !== undefined) return leaf;
  } catch (cause) {
    throw unusable(path, "holds a certificate that cannot be read", cause);
  }
  throw unusable(path, "holds no certificate");
}

function parseKey(path: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // The reason might quote the key.
    throw unusable(path, "holds no private key, or one with a passphrase");
  }
}

function checkDates(path: string, leaf: X509Certificate, nowMs: number): void {
  if (leaf.validToDate.getTime() <= nowMs) {
    throw unusable(path, `expired on ${leaf.validToDate.toISOString()}`);
  }
  if (leaf.validFromDate.getTime() > nowMs) {
    throw unusable(path, `is valid only from ${leaf.validFromDate.toISOString()}`);
  }
}

async function readFile(
  path: string,
  check: (path: string, file: FileHandle) => Promise<void> = async () => undefined,
): Promise<string> {
  try {
    await using file = await open(path, "r");
    await check(path, file);
    const { size } = await file.stat();
    if (size > maxFileBytes) throw unusable(path, "is larger than 256 KiB");
    return await file.readFile("latin1");
  } catch (cause) {
    if (cause instanceof MxsealError || !(cause instanceof Error && "code" in cause)) throw cause;
    throw unusable(path, `cannot be read: ${cause.message}`, cause);
  }
}

/** The group may read it: deploy hooks of ACME clients give it to one. */
async function checkGuards(path: string, file: FileHandle): Promise<void> {
  const { mode } = await file.stat();
  if ((mode & refusedModeBits) === 0) return;
  const text = (mode & 0o777).toString(8).padStart(4, "0");
  throw unusable(path, `has mode ${text}; others may read or change it (chmod o-rwx,g-w)`);
}

function unusable(path: string, what: string, cause?: unknown): MxsealError {
  return new MxsealError("MXSEAL_CERTIFICATE_UNUSABLE", `${path} ${what}`, { cause });
}
