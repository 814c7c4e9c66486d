/** The logo that a template names: a picture every browser shows, small enough for every page. */
import { open } from "node:fs/promises";
import { MxsealError } from "../base/errors.ts";

const maxLogoBytes = 64 * 1024;
const signatures: readonly Buffer[] = [
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), // PNG (RFC 2083 §3.1)
  Buffer.from([0xff, 0xd8, 0xff]), // JPEG
];

/** Rejects with MXSEAL_CONFIG_INVALID, naming the file and what is wrong with it. */
export async function readLogo(path: string): Promise<Buffer> {
  const bytes = await readStart(path);
  if (bytes.length > maxLogoBytes) throw invalid(path, "has more than 64 KiB");
  if (!signatures.some((signature) => bytes.subarray(0, signature.length).equals(signature))) {
    throw invalid(path, "is no PNG or JPEG file");
  }
  return bytes;
}

/** One byte more than a logo may have, however large the file is. */
async function readStart(path: string): Promise<Buffer> {
  try {
    await using file = await open(path, "r");
    const bytes = Buffer.alloc(maxLogoBytes + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
      length += bytesRead;
      if (bytesRead === 0 || length === bytes.length) return bytes.subarray(0, length);
    }
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause)) throw cause;
    throw invalid(path, `cannot be read: ${cause.message}`, cause);
  }
}

function invalid(path: string, what: string, cause?: unknown): MxsealError {
  const text = `template.logo: ${path} ${what}`;
  return new MxsealError("MXSEAL_CONFIG_INVALID", text, { cause });
}
