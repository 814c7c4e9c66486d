/**
 * The levels of src/README.md as a test: imports go down only, folders of one level do not see
 * each other, and packages and node: modules stay where they belong.
 */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, it } from "node:test";

const levelOf: Readonly<Record<string, number>> = {
  base: 0,
  wire: 1,
  mime: 1,
  "tls-profile": 1,
  "mta-sts": 1,
  dane: 1,
  rules: 1,
  dns: 2,
  store: 2,
  seal: 2,
  probe: 3,
  gate: 4,
  listen: 5,
  portal: 5,
  notify: 5,
  config: 5,
  daemon: 6,
  cli: 7,
};

/** Packages and the folders that may import them; a package not named here is not allowed. */
const packageHomes: Readonly<Record<string, readonly string[]>> = {
  "better-sqlite3": ["store/sqlite"],
  kysely: ["store"],
  "milter-ts": ["listen"],
  commander: ["cli"],
  pino: ["daemon"],
  zod: ["config"],
  "smol-toml": ["config"],
  "dns-packet": ["dns"],
  "postal-mime": ["mime", "portal"],
  nodemailer: ["mime", "notify"],
  "sanitize-html": ["mime", "portal"],
  pdfkit: ["mime"],
  fastify: ["portal"],
  "@fastify/helmet": ["portal"],
  "@fastify/cookie": ["portal"],
  "@fastify/formbody": ["portal"],
  "@fastify/busboy": ["portal"],
};

const effects = /^node:(net|tls|fs|http|https|child_process|sqlite|dns|worker_threads|timers)/;
const importPattern = /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+"([^"]+)"|import\("([^"]+)"\)/g;

interface Import {
  readonly file: string;
  readonly target: string;
}

const files = globSync("src/**/*.ts");
const imports: readonly Import[] = files.flatMap((file) =>
  [...readFileSync(file, "utf8").matchAll(importPattern)].map((match) => ({
    file,
    target: match[1] ?? match[2] ?? "",
  })),
);

function folderOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function offenders(wrong: (entry: Import) => boolean): readonly string[] {
  return imports.filter(wrong).map((entry) => `${entry.file} imports ${entry.target}`);
}

describe("the levels of src/", () => {
  it("knows every folder", () => {
    const unknown = files.filter((file) => levelOf[folderOf(file)] === undefined);
    assert.deepEqual(unknown, []);
  });

  it("lets imports go down only", () => {
    const upward = offenders(({ file, target }) => {
      if (!target.startsWith(".")) return false;
      const from = folderOf(file);
      const to = folderOf(normalize(join(dirname(file), target)));
      return from !== to && (levelOf[to] ?? 99) >= (levelOf[from] ?? -1);
    });
    assert.deepEqual(upward, []);
  });

  it("keeps effects out of the two lowest levels", () => {
    const impure = offenders(
      ({ file, target }) => (levelOf[folderOf(file)] ?? 99) <= 1 && effects.test(target),
    );
    assert.deepEqual(impure, []);
  });

  it("keeps each package in its home", () => {
    const strays = offenders(({ file, target }) => {
      if (target.startsWith(".") || target.startsWith("node:")) return false;
      const name = target.startsWith("@")
        ? target.split("/").slice(0, 2).join("/")
        : (target.split("/")[0] ?? "");
      return !(packageHomes[name] ?? []).some((home) => file.startsWith(`src/${home}/`));
    });
    assert.deepEqual(strays, []);
  });

  it("keeps the binding of libmilter free of mxseal", () => {
    const leaks = globSync("native/{src,test}/**/*.ts").flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(importPattern)]
        .map((match) => match[1] ?? match[2] ?? "")
        .filter((target) => target.startsWith("."))
        .filter((target) => !normalize(join(dirname(file), target)).startsWith("native/"))
        .map((target) => `${file} imports ${target}`),
    );
    assert.deepEqual(leaks, []);
  });

  it("reads the environment in config/ only and leaves the process in cli/main.ts only", () => {
    const strays = files.filter((file) => {
      const text = readFileSync(file, "utf8");
      return (
        (text.includes("process.env") && !file.startsWith("src/config/")) ||
        (/process\.exit\(/.test(text) && file !== "src/cli/main.ts")
      );
    });
    assert.deepEqual(strays, []);
  });
});
