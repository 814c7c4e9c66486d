/**
 * No regular expression takes more than linear time: what a stranger writes meets most of them, and
 * one with two ways to read the same blanks held the portal up for minutes over one mail. The
 * analysis knows exponential and polynomial backtracking, and a search that begins anew at each
 * character of a run, as `/\n+$/` does.
 */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parse, type Token, tokTypes } from "acorn";
import { analyse, type Literal } from "scslre";

interface Place {
  readonly file: string;
  readonly line: number | undefined;
}

/** Put together at run time, of our own words; the first three meet strangers' text. */
const composing = [
  "src/mime/content-type.ts",
  "src/mime/origin-queue-id.ts",
  "src/seal/code-sighting.ts",
  "src/dns/resolv-conf.ts",
  "src/mime/html-text.ts",
  "src/tls-profile/weak-hash.ts",
  "src/portal/allowed-methods.ts",
];

const tokens = globSync("{src,native/src}/**/*.ts").flatMap((file) => tokensOf(file));

function tokensOf(
  file: string,
): readonly (Place & { readonly type: Token["type"]; readonly value: unknown })[] {
  const found: Token[] = [];
  const code = stripTypeScriptTypes(readFileSync(file, "utf8"));
  parse(code, { ecmaVersion: "latest", sourceType: "module", locations: true, onToken: found });
  // The types of the package leave a token's value out.
  return (found as (Token & { readonly value?: unknown })[]).map(({ type, value, loc }) => {
    return { type, value, file, line: loc?.start.line };
  });
}

const literals = tokens.flatMap(({ type, value, file, line }) => {
  if (type !== tokTypes.regexp) return [];
  const { pattern: source, flags } = value as { readonly pattern: string; readonly flags: string };
  return [{ source, flags, file, line }];
});

/** What the modules put together while they are loaded. */
async function composedIn(files: readonly string[]): Promise<readonly (Literal & Place)[]> {
  const found: (Literal & Place)[] = [];
  const original = globalThis.RegExp;
  for (const file of files) {
    globalThis.RegExp = class extends original {
      constructor(pattern: RegExp | string, flags?: string) {
        super(pattern, flags);
        found.push({ source: this.source, flags: this.flags, file, line: undefined });
      }
    } as RegExpConstructor;
    await import(join("..", file));
  }
  globalThis.RegExp = original;
  return found;
}

function faultsOf({ source, flags, file, line }: Literal & Place): readonly string[] {
  const { reports } = analyse({ source, flags });
  return reports.map(({ type }) => `${file}:${line} ${type}: /${source}/${flags}`);
}

describe("regular expressions", () => {
  it("take no more than linear time", () => {
    assert.ok(literals.length > 200, String(literals.length));
    assert.deepEqual(literals.flatMap(faultsOf), []);
  });

  it("take no more than linear time where they are put together", async () => {
    const composed = await composedIn(composing.slice(0, 3));
    assert.equal(composed.length, 8);
    assert.deepEqual(composed.flatMap(faultsOf), []);
    const makers = new Set(
      tokens.filter(({ value }) => value === "RegExp").map(({ file }) => file),
    );
    assert.deepEqual([...makers].toSorted(), composing.toSorted());
  });

  it("would be found if they took more", () => {
    for (const source of ["\\n+$", "url\\(\\s*[\"']?\\s*x", "^(?:a+)+$", "<[^>]*>"]) {
      const faults = faultsOf({ source, flags: "", file: "here", line: 1 });
      assert.notDeepEqual(faults, [], source);
    }
  });
});
