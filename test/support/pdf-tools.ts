/** What a recipient does with a PDF: other people's programs open it, or do not. */
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { tempDirectory } from "./temp-directory.ts";

const run = promisify(execFile);
const maxBuffer = 256 * 1024 * 1024;

export interface OpenedPdf {
  /** What `qpdf --show-encryption` says of it. */
  readonly encryption: string;
  readonly text: string;
  /** `pdfinfo`. */
  readonly info: string;
  /** By the name it is saved under. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Undefined when `password` does not open it. */
export async function openPdf(pdf: Buffer, password = ""): Promise<OpenedPdf | undefined> {
  await using directory = await tempDirectory();
  const path = join(directory.path, "given.pdf");
  const plain = join(directory.path, "plain.pdf");
  await writeFile(path, pdf);
  const secret = `--password=${password}`;
  try {
    await run("qpdf", [secret, "--decrypt", path, plain]);
  } catch (error) {
    if (error instanceof Error && error.message.includes("invalid password")) return undefined;
    throw error;
  }
  const encryption = await run("qpdf", [secret, "--show-encryption", path]);
  const text = await run("pdftotext", [plain, "-"], { maxBuffer });
  const info = await run("pdfinfo", [plain]);
  const saved = join(directory.path, "files");
  await mkdir(saved);
  await run("pdfdetach", ["-saveall", "-o", saved, plain]);
  const files = new Map<string, Buffer>();
  for (const name of await readdir(saved)) files.set(name, await readFile(join(saved, name)));
  return { encryption: encryption.stdout, text: text.stdout, info: info.stdout, files };
}
