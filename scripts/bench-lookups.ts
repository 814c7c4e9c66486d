/**
 * Requests per second and time to the answer of mxseal's two lookup listeners, against a C server
 * of the same protocols that only looks into a hash table. Both are asked by the same C client,
 * over TCP on loopback, one request at a time on each connection as Postfix does. Both are measured
 * in turn in each round and medians count, the ratio's too, so that a busy moment of the machine
 * hits both alike.
 *
 * `cpu` is the share of one processor the server used: well below 100 % the client was the limit.
 * Options: --rounds N (5), --ms N per measurement (1500), --domains N (5000),
 * --log info (mxseal writes its line per routing decision to /dev/null; default: warnings only).
 */
import { type ChildProcess, execFile, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs, promisify } from "node:util";

const run = promisify(execFile);
const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    ms: { type: "string", default: "1500" },
    domains: { type: "string", default: "5000" },
    log: { type: "string", default: "warn" },
  },
});
const protocols = ["socketmap", "policy"] as const;
type Protocol = (typeof protocols)[number];
const connectionCounts = [1, 16, 64];
const recipientsPerDomain = 4;
const warmupMs = 300;
const answers: Readonly<Record<Protocol, string>> = {
  socketmap: "17:OK mxseal-secure:,",
  policy: "action=DUNNO\n\n",
};

interface Contender {
  readonly name: "C" | "mxseal";
  readonly child: ChildProcess;
  readonly ports: Readonly<Record<Protocol, string>>;
}

interface Measurement {
  readonly perSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  /** Percent of one processor. */
  readonly cpu: number;
}

const directory = await mkdtemp(join(tmpdir(), "mxseal-bench-"));
const file = (name: string): string => join(directory, name);
const children: ChildProcess[] = [];
try {
  await prepare();
  const contenders = [await startC(), await startMxseal()];
  const results = await measureAll(contenders);
  process.stdout.write(`${table(results)}\n`);
} finally {
  for (const child of children) child.kill();
  await rm(directory, { recursive: true });
}

async function prepare(): Promise<void> {
  for (const part of ["server", "client"]) {
    const source = `scripts/bench-lookups-${part}.c`;
    await run("cc", ["-O2", "-Wall", "-D_GNU_SOURCE", "-o", file(part), source]);
  }
  const domains = Array.from(
    { length: Number(options.domains) },
    (_, id) => `partner${id}.example`,
  );
  await writeFile(file("domains"), `${domains.join("\n")}\n`);
  const recipients = domains.flatMap((domain) =>
    Array.from({ length: recipientsPerDomain }, (_, id) => `Firstname.Lastname${id}@${domain}`),
  );
  const shuffled = recipients.map((_, at) => recipients[(at * 7919) % recipients.length] ?? "");
  await writeFile(file("socketmap"), requestFile(shuffled.map(socketmapRequest)));
  await writeFile(file("policy"), requestFile(shuffled.map(policyRequest)));
}

function requestFile(requests: readonly string[]): string {
  return requests.map((request) => `${Buffer.byteLength(request)}\n${request}`).join("");
}

function socketmapRequest(recipient: string): string {
  const payload = `transport ${recipient}`;
  return `${payload.length}:${payload},`;
}

/** All that Postfix 3.7 sends at RCPT; each request is a transaction of its own. */
function policyRequest(recipient: string): string {
  return `request=smtpd_access_policy
protocol_state=RCPT
protocol_name=ESMTP
client_address=127.0.0.1
client_name=localhost
client_port=40404
reverse_client_name=localhost
server_address=127.0.0.1
server_port=25
helo_name=client.own.example
sender=alice@own.example
recipient=${recipient}
recipient_count=0
queue_id=
instance=1a2b.##########.3c4d.0
size=12345
etrn_domain=
stress=
sasl_method=PLAIN
sasl_username=alice
sasl_sender=
ccert_subject=
ccert_issuer=
ccert_fingerprint=
ccert_pubkey_fingerprint=
encryption_protocol=TLSv1.3
encryption_cipher=TLS_AES_256_GCM_SHA384
encryption_keysize=256
policy_context=

`;
}

async function startC(): Promise<Contender> {
  const child = spawn(file("server"), [file("domains")], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const ports: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    if (ports.push(line) === protocols.length) break;
  }
  const [socketmap = "", policy = ""] = ports;
  return { name: "C", child, ports: { socketmap, policy } };
}

async function startMxseal(): Promise<Contender> {
  const child = fork("scripts/bench-lookups-mxseal.ts", [file("domains"), options.log], {
    stdio: ["ignore", openSync("/dev/null", "w"), "inherit", "ipc"],
  });
  children.push(child);
  const [endpoints] = (await once(child, "message")) as [Record<Protocol, string>];
  const portOf = (endpoint: string): string => endpoint.slice(endpoint.lastIndexOf(":") + 1);
  const ports = { socketmap: portOf(endpoints.socketmap), policy: portOf(endpoints.policy) };
  return { name: "mxseal", child, ports };
}

type Results = Map<string, Measurement[]>;

function resultKey(protocol: Protocol, connections: number, name: Contender["name"]): string {
  return `${protocol} ${connections} ${name}`;
}

async function measureAll(contenders: readonly Contender[]): Promise<Results> {
  const results: Results = new Map();
  const runs = protocols.flatMap((protocol) =>
    connectionCounts.flatMap((connections) =>
      contenders.map((contender) => ({ protocol, connections, contender })),
    ),
  );
  // Round 0 warms up both servers and is not kept.
  for (let round = 0; round <= Number(options.rounds); round += 1) {
    for (const { protocol, connections, contender } of runs) {
      const measured = await measure(contender, protocol, connections);
      const key = resultKey(protocol, connections, contender.name);
      if (round > 0) results.set(key, [...(results.get(key) ?? []), measured]);
    }
  }
  return results;
}

async function measure(
  { child, ports }: Contender,
  protocol: Protocol,
  connections: number,
): Promise<Measurement> {
  const { stdout } = await run(file("client"), [
    String(child.pid),
    ports[protocol],
    file(protocol),
    String(connections),
    options.ms,
    String(warmupMs),
    answers[protocol],
  ]);
  const [perSecond = 0, p50Us = 0, p99Us = 0, cpu = 0] = stdout.split(" ").map(Number);
  return { perSecond, p50Us, p99Us, cpu };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

type Row = readonly string[];

function table(results: Results): string {
  const heading = ["", "connections", "server", "requests/s", "p50 µs", "p99 µs", "cpu", "ratio"];
  const rows = protocols.flatMap((protocol) =>
    connectionCounts.flatMap((connections) => pairOfRows(results, protocol, connections)),
  );
  const widths = heading.map((_, at) =>
    Math.max(...[heading, ...rows].map((row) => row[at]?.length ?? 0)),
  );
  return [heading, ...rows]
    .map((row) => row.map((cell, at) => cell.padStart(widths[at] ?? 0)).join("  "))
    .join("\n");
}

function pairOfRows(results: Results, protocol: Protocol, connections: number): readonly Row[] {
  const of = (name: Contender["name"]): readonly Measurement[] =>
    results.get(resultKey(protocol, connections, name)) ?? [];
  const ratios = of("mxseal").map(
    (measured, round) => measured.perSecond / (of("C")[round]?.perSecond ?? 0),
  );
  const start = [protocol, String(connections)];
  return [
    [...start, "C", ...figures(of("C")), ""],
    [...start, "mxseal", ...figures(of("mxseal")), median(ratios).toFixed(2)],
  ];
}

function figures(measured: readonly Measurement[]): Row {
  return [
    median(measured.map((one) => one.perSecond)).toFixed(0),
    median(measured.map((one) => one.p50Us)).toFixed(1),
    median(measured.map((one) => one.p99Us)).toFixed(1),
    `${median(measured.map((one) => one.cpu))} %`,
  ];
}
