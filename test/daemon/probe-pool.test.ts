/** The pool with its real worker thread; the faults are ones an operator can make. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { ProbePool, type ProbePoolOptions } from "../../src/daemon/probe-pool.ts";
import { domainOf } from "../support/full-verdict.ts";
import { install } from "../support/mxseal-process.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { tempDirectory } from "../support/temp-directory.ts";

const noCaFile = '[tls]\nca_file = "/nonexistent/ca.pem"\n';

function pool(configPath: string, change: Partial<ProbePoolOptions> = {}) {
  const log = new RecordingLog();
  const published: string[] = [];
  const probes = new ProbePool({
    workerData: { configPath, logLevel: "error" },
    publish: ({ verdict }) => void published.push(verdict.domain),
    log,
    ...change,
  });
  return { log, published, probes, [Symbol.asyncDispose]: () => probes[Symbol.asyncDispose]() };
}

describe("ProbePool", () => {
  it("passes on what the machine lacks, publishes nothing, and works on", async () => {
    await using directory = await tempDirectory();
    const { configPath } = await install(directory.path, noCaFile);
    await using world = pool(configPath, { maxRunning: 1 });
    const faults = ["a.example", "b.example", "c.example"].map((name) =>
      assert.rejects(world.probes.probe(domainOf(name)), { code: "MXSEAL_CA_FILE_UNUSABLE" }),
    );
    await Promise.all(faults);
    assert.deepEqual(world.published, []);
  });

  it("lets requests for one domain share one probe, and later ones begin another", async () => {
    await using directory = await tempDirectory();
    const { configPath } = await install(directory.path, noCaFile);
    await using world = pool(configPath);
    const first = world.probes.probe(domainOf("a.example"));
    assert.equal(world.probes.probe(domainOf("a.example")), first);
    assert.notEqual(world.probes.probe(domainOf("b.example")), first);
    await assert.rejects(first);
    assert.notEqual(world.probes.probe(domainOf("a.example")), first);
  });

  it("answers who wants it fresh from no probe that began without, but others from his", async () => {
    await using directory = await tempDirectory();
    const { configPath } = await install(directory.path, noCaFile);
    await using world = pool(configPath);
    const domain = domainOf("a.example");
    const usual = world.probes.probe(domain);
    const fresh = world.probes.probe(domain, { fresh: true });
    assert.notEqual(fresh, usual);
    assert.equal(world.probes.probe(domain), fresh);
    assert.equal(world.probes.probe(domain, { fresh: true }), fresh);
    await assert.rejects(usual, { code: "MXSEAL_CA_FILE_UNUSABLE" });
    await assert.rejects(fresh, { code: "MXSEAL_CA_FILE_UNUSABLE" });
    assert.notEqual(world.probes.probe(domain), fresh);
  });

  it("refuses what would wait behind too many others", async () => {
    await using directory = await tempDirectory();
    const { configPath } = await install(directory.path, noCaFile);
    await using world = pool(configPath, { maxRunning: 1, maxWaiting: 1 });
    const [, waits, refused] = ["a.example", "b.example", "c.example"].map((name) =>
      world.probes.probe(domainOf(name)),
    );
    await assert.rejects(refused ?? Promise.resolve(), { code: "MXSEAL_PROBE_UNAVAILABLE" });
    await assert.rejects(waits ?? Promise.resolve(), { code: "MXSEAL_CA_FILE_UNUSABLE" });
  });

  it("reports the probes of a worker that crashed, and starts a new worker", async () => {
    await using directory = await tempDirectory();
    const configPath = join(directory.path, "mxseal.toml");
    await using world = pool(configPath);
    const lost = world.probes.probe(domainOf("a.example"));
    await assert.rejects(lost, { code: "MXSEAL_PROBE_UNAVAILABLE", temporary: true });
    assert.equal(world.log.at("error").length, 1);
    await writeFile(configPath, noCaFile);
    const next = world.probes.probe(domainOf("a.example"));
    await assert.rejects(next, { code: "MXSEAL_CA_FILE_UNUSABLE" });
  });

  it("rejects what is under way when it is closed, and everything after", async () => {
    await using directory = await tempDirectory();
    const { configPath } = await install(directory.path, noCaFile);
    const { probes } = pool(configPath);
    const underWay = probes.probe(domainOf("a.example"));
    await probes[Symbol.asyncDispose]();
    await assert.rejects(underWay, { code: "MXSEAL_PROBE_UNAVAILABLE" });
    const late = probes.probe(domainOf("b.example"));
    await assert.rejects(late, { code: "MXSEAL_PROBE_UNAVAILABLE" });
  });
});
