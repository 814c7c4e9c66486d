/**
 * The zoo: one recipient domain for each condition. For each of them our verdict under every
 * profile, Postfix's own opinion, and what a real delivery does. All of it is done once; the
 * table at the end stands in a file that a diagnostic names.
 */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Verdict } from "../../src/base/verdict.ts";
import { type ProfileName, profileNames } from "../../src/tls-profile/tls-profile.ts";
import { Lab } from "./lab.ts";
import { atATime } from "./zoo/at-a-time.ts";
import { families, inhabitants } from "./zoo/inhabitants.ts";
import { type KnownDifference, knownDifferences } from "./zoo/known-difference.ts";
import { guidelineCases } from "./zoo/technical-guideline.ts";
import { Zoo } from "./zoo/zoo.ts";
import { type Seen, ZooDelivery } from "./zoo/zoo-delivery.ts";
import { expectationOf, expectedMail, type ZooDomain } from "./zoo/zoo-domain.ts";
import { type OracleOpinion, ZooOracle } from "./zoo/zoo-oracle.ts";
import { probeZoo } from "./zoo/zoo-probe.ts";
import { formatZoo } from "./zoo/zoo-table.ts";

const questionsAtATime = 8;

describe("a zoo of recipient domains", () => {
  const zoo = new Zoo(inhabitants);
  const verdicts = new Map<ProfileName, ReadonlyMap<string, Verdict>>();
  let lab: Lab;
  let delivery: ZooDelivery;
  let opinions: ReadonlyMap<string, OracleOpinion>;
  let outcomes: ReadonlyMap<string, Seen>;

  before(async () => {
    lab = await Lab.start({ domains: [], zoo, mxseal: {} });
    for (const profile of profileNames) {
      verdicts.set(profile, await probeZoo(inhabitants, profile));
    }
    delivery = new ZooDelivery(lab, zoo);
    // With verdicts known, mail need not wait for the first check.
    const knowable = inhabitants.filter(({ name }) => verdictOf(name).status !== "unknown");
    const names = knowable.map(({ name }) => name);
    await lab.mxseal.must("refresh", "--json", "--concurrency", "64", "--domain", ...names);
    await delivery.send(inhabitants);
    [opinions, outcomes] = await Promise.all([askOracle(), delivery.outcomes()]);
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  async function askOracle(): Promise<ReadonlyMap<string, OracleOpinion>> {
    const oracle = await ZooOracle.read();
    const answers = await atATime(questionsAtATime, inhabitants, async ({ name }) => {
      return [name, await oracle.ask(name, verdictOf(name), zoo.places(name))] as const;
    });
    return new Map(answers);
  }

  function verdictOf(name: string, profile: ProfileName = "bsi"): Verdict {
    const verdict = verdicts.get(profile)?.get(name);
    if (verdict === undefined) throw new Error(`${name} was not probed`);
    return verdict;
  }

  it("has a domain of its own for each of many conditions", () => {
    const names = new Set(inhabitants.map(({ name }) => name));
    assert.equal(names.size, inhabitants.length);
    assert.ok(names.size >= 200, `${names.size}`);
  });

  for (const [family, domains] of Object.entries(families)) {
    for (const profile of profileNames) {
      it(`judges ${family} by ${profile}`, () => {
        const faults = domains.flatMap((domain) => {
          return verdictFaults(domain, profile, verdictOf(domain.name, profile));
        });
        assert.deepEqual(faults, []);
      });
    }

    it(`does with mail to ${family} what the verdict says`, async () => {
      const faults = domains.flatMap((domain) => {
        const seen = outcomes.get(domain.name) ?? "lost";
        const expected = expectedMail(domain);
        return seen === expected ? [] : `${domain.name}: ${seen}, not ${expected}`;
      });
      assert.deepEqual(faults, [], await logOf(faults));
    });
  }

  async function logOf(faults: readonly string[]): Promise<string> {
    const names = faults.map((fault) => fault.split(":")[0] ?? "");
    const lines = (await lab.postfix.log()).split("\n");
    const about = lines.filter((line) => names.some((name) => line.includes(`@${name}>`)));
    return [...faults, ...about].join("\n");
  }

  it("comes to the same conclusions as posttls-finger, but for the listed differences", () => {
    const differing = inhabitants.filter(({ name }) => {
      return (verdictOf(name).status === "proven") !== opinions.get(name)?.isVerified;
    });
    assertListed(
      "posttls-finger",
      differing,
      (name) => opinions.get(name)?.words.join(" / ") ?? "",
    );
  });

  it("lets out originals to proven domains and nobody else, but for the listed differences", () => {
    const differing = inhabitants.filter(({ name }) => {
      return (verdictOf(name).status === "proven") !== (outcomes.get(name) === "original");
    });
    assertListed("delivery", differing, (name) => outcomes.get(name) ?? "lost");
  });

  it("shows no word of an original to a server of a domain that is not proven", () => {
    const leaks = delivery.leaks().filter((name) => verdictOf(name).status !== "proven");
    assert.deepEqual(leaks, []);
  });

  it("sends originals over mxseal-secure and in TLS", async () => {
    const lines = await lab.postfix.logLines("mxseal-secure/smtp[", "status=sent");
    for (const { name } of inhabitants) {
      if (outcomes.get(name) !== "original") continue;
      assert.ok(
        lines.some((line) => line.toLowerCase().includes(`to=<x@${name}>`)),
        name,
      );
      assert.ok(
        zoo.received(name).every(({ tls }) => /^TLSv1\.[23]$/.test(tls ?? "")),
        name,
      );
    }
  });

  it("meets the test cases of TR-03108-P", () => {
    const faults = guidelineCases.flatMap(({ id, domains, isDelivered }) =>
      domains.flatMap((name) => {
        const isOut = outcomes.get(name) === "original";
        return isOut === isDelivered ? [] : `${id} ${name}: ${outcomes.get(name)}`;
      }),
    );
    assert.deepEqual(faults, []);
  });

  it("puts everything into a table", async (context) => {
    const table = formatZoo({ verdicts, opinions, outcomes });
    const file = join(tmpdir(), "mxseal-zoo.md");
    await writeFile(file, table);
    context.diagnostic(`${inhabitants.length} domains: ${file}`);
    assert.ok(table.split("\n").length > inhabitants.length);
  });
});

function verdictFaults(
  domain: ZooDomain,
  profile: ProfileName,
  verdict: Verdict,
): readonly string[] {
  const { status, assurance, finding, forbiddenBy } = expectationOf(domain, profile);
  const codes = verdict.findings.map(({ code }) => code);
  const unproven = status === "proven" ? "mx-name" : "none";
  const found = [verdict.status, verdict.assurance, verdict.forbiddenBy ?? "not forbidden"];
  const wanted = [status, assurance ?? unproven, forbiddenBy ?? "not forbidden"];
  const details = verdict.findings.map(({ code, detail }) => `${code}: ${detail}`).join(" ");
  const faults: string[] = [];
  if (found.join() !== wanted.join()) {
    faults.push(`${domain.name}: ${found.join(", ")}; not ${wanted.join(", ")}. ${details}`);
  }
  if (finding !== undefined && !codes.includes(finding)) {
    faults.push(`${domain.name}: no ${finding}. ${details}`);
  }
  return faults;
}

/** Both ways: an unlisted difference is a fault, and so is a listed one that is none any more. */
function assertListed(
  other: KnownDifference["with"],
  differing: readonly ZooDomain[],
  explain: (name: string) => string,
): void {
  const listed = knownDifferences.flatMap((one) => (one.with === other ? one.domain : []));
  const names = differing.map(({ name }) => name);
  const unlisted = names.filter((name) => !listed.includes(name));
  const outdated = listed.filter((name) => !names.includes(name));
  assert.deepEqual(
    { unlisted: unlisted.map((name) => `${name}: ${explain(name)}`), outdated },
    { unlisted: [], outdated: [] },
  );
}
