/**
 * Odd recipient domains on every interface: policy delegation and the three maps of a running
 * `mxseal serve`, and the command line on its store. Each takes an input for the same domain, or
 * says clearly that it is none; nothing ends a process or a connection.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { Writable } from "node:stream";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runProgram } from "../../src/cli/program.ts";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import { failedVerdict } from "../support/full-verdict.ts";
import { type Installation, install, MxsealProcess } from "../support/mxseal-process.ts";
import { type OddDomain, oddDomains } from "../support/odd-domain.ts";
import { policyRequestText } from "../support/policy-request.ts";
import { sampleVerdict } from "../support/sample-verdict.ts";
import { StreamClient } from "../support/stream-client.ts";
import { type TempDirectory, tempDirectory } from "../support/temp-directory.ts";

const dayMs = 86_400_000;
const known = [...new Set(oddDomains.flatMap(({ means }) => means ?? []))];
const place = "@ODD@";
/** The profile of the sample verdicts, and nobody whose mail starts a probe. */
const settings = '[tls]\nprofile = "bcp195"\n[clients]\ntrusted_networks = []\n';

/** A running lookup role in whose store all domains of the table have the same standing. */
class World implements AsyncDisposable {
  readonly serve: MxsealProcess;
  readonly #ports: Installation;
  readonly #maps: StreamClient;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    { serve, ports, maps }: { serve: MxsealProcess; ports: Installation; maps: StreamClient },
    stack: AsyncDisposableStack,
  ) {
    this.serve = serve;
    this.#ports = ports;
    this.#maps = maps;
    this.#stack = stack;
  }

  static async start(standing: "proven" | "rejected"): Promise<World> {
    await using stack = new AsyncDisposableStack();
    const { path } = stack.use(await tempDirectory());
    const ports = await install(path, settings);
    await fill(ports.storePath, standing);
    const words = ["--config", ports.configPath, "serve", "--role", "lookup"];
    const serve = stack.use(new MxsealProcess(words));
    await serve.says("lookups answered");
    const maps = stack.use(await StreamClient.connect(`127.0.0.1:${ports.socketmapPort}`));
    return new World({ serve, ports, maps }, stack.move());
  }

  /** The answer to `MAP KEY`, where `place` stands for the input; one connection for all. */
  async lookup(around: string, odd: OddDomain): Promise<string> {
    const payload = insert(around, odd);
    this.#maps.socket.write(
      Buffer.concat([Buffer.from(`${payload.length}:`), payload, Buffer.from(",")]),
    );
    const reply = await this.#maps.take(",");
    return reply.slice(reply.indexOf(":") + 1, -1);
  }

  /** The answer at RCPT; undefined: the connection was closed without one. */
  async checkAtRcpt(odd: OddDomain): Promise<string | undefined> {
    await using client = await StreamClient.connect(`127.0.0.1:${this.#ports.policyPort}`);
    client.socket.write(insert(policyRequestText({ recipient: `odd@${place}` }), odd));
    const answer = client.take("\n\n").catch(() => undefined);
    return (await answer)?.trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

async function fill(storePath: string, standing: "proven" | "rejected"): Promise<void> {
  await using store = await openStore(storePath);
  const now = Date.now();
  const times = { checkedAt: now, refreshAfter: now + dayMs, expiresAt: now + 2 * dayMs };
  for (const domain of known) {
    const verdict =
      standing === "proven" ? sampleVerdict(domain, times) : failedVerdict(domain, times);
    await store.verdicts.save(verdict);
  }
  if (standing === "proven") return;
  await store.rules.add({
    scope: { kind: "default" },
    action: "reject",
    leastTls: "may",
    reason: "a test",
    author: "test",
    createdAt: now,
    expiresAt: null,
  });
}

/** `around` has the place of the input, where its bytes go as they are. */
function insert(around: string, odd: OddDomain): Buffer {
  const [head = "", tail = ""] = around.split(place);
  const middle = odd.bytes ?? Buffer.from(odd.text);
  return Buffer.concat([Buffer.from(head), middle, Buffer.from(tail)]);
}

/** A key with a dot in front asks about a parent: NOTFOUND, and the level of main.cf holds. */
function isParentKey(odd: OddDomain): boolean {
  return odd.text.startsWith(".");
}

/** Postfix itself sends no line that long; one of another sender ends his connection. */
function isBeyondPolicy(odd: OddDomain): boolean {
  return odd.text.length > 8000;
}

describe("an odd recipient domain that is proven", () => {
  let world: World;
  before(async () => {
    world = await World.start("proven");
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
  });

  for (const odd of oddDomains) {
    const { about, means } = odd;
    const waits = isParentKey(odd) ? /^NOTFOUND $/ : /^TEMP [a-z ,]+, the mail waits$/;
    if (means === undefined) {
      it(`waits when it is no domain: ${about}`, async () => {
        const route = await world.lookup(`transport "odd one"@${place}`, odd);
        assert.match(
          route,
          /^OK retry:4\.7\.5 (?:the recipient address has no|mail to an IP address)/,
        );
        assert.match(await world.lookup(`tls-policy ${place}`, odd), waits);
        assert.match(await world.lookup(`clear ${place}`, odd), waits);
      });
    } else {
      it(`goes the way of ${means.slice(0, 30)}: ${about}`, async () => {
        const route = await world.lookup(`transport "odd one"@${place}`, odd);
        assert.equal(route, "OK mxseal-secure:");
        const policy = await world.lookup(`tls-policy ${place}`, odd);
        assert.equal(policy, `OK secure match=mx.${means}`);
        assert.match(await world.lookup(`clear ${place}`, odd), waits);
        assert.equal(await world.checkAtRcpt(odd), "action=DUNNO");
      });
    }
  }

  for (const [about, key, answer] of [
    ["the catch-all of a transport table", "transport *", "NOTFOUND "],
    ["the null sender", "transport <>", "NOTFOUND "],
    ["nothing", "transport ", "NOTFOUND "],
    ["a parent domain", "tls-policy .partner.example", "NOTFOUND "],
    ["a parent domain at the gate", "clear .partner.example", "NOTFOUND "],
    ["a host in brackets", "tls-policy [partner.example]", "TEMP not proven now, the mail waits"],
    ["a port", "tls-policy partner.example:26", "TEMP not proven now, the mail waits"],
    ["two signs", "transport a@b@partner.example", "OK mxseal-secure:"],
    ["a sign within quotes", 'transport "a@good.example"@partner.example', "OK mxseal-secure:"],
    ["an unknown map", "nothing partner.example", "TEMP no such map"],
  ] as const) {
    it(`is not confused with a key that has a meaning of its own: ${about}`, async () => {
      assert.equal(await world.lookup(key, { about, text: "", means: undefined }), answer);
    });
  }

  it("never broke a protocol or left a fault behind", () => {
    assert.deepEqual(
      world.serve.log.filter(({ fault, level }) => fault !== undefined || level === "error"),
      [],
    );
    assert.equal(world.serve.errors, "");
  });
});

describe("an odd recipient domain that is rejected", () => {
  let world: World;
  before(async () => {
    world = await World.start("rejected");
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
  });

  for (const odd of oddDomains) {
    const { about, means } = odd;
    if (means !== undefined) {
      it(`is refused by the name of ${means.slice(0, 30)}: ${about}`, async () => {
        const action = await world.checkAtRcpt(odd);
        assert.ok(action?.startsWith(`action=550 5.7.10 Not sent: ${means} offers`), action);
        const route = await world.lookup(`transport <odd@${place}>`, odd);
        assert.equal(route, "OK mxseal-hold:[127.0.0.1]:10043");
      });
    } else if (isBeyondPolicy(odd)) {
      it(`is not even read: ${about}`, async () => {
        assert.equal(await world.checkAtRcpt(odd), undefined);
      });
    } else {
      it(`is left to the route when it is no domain: ${about}`, async () => {
        assert.equal(await world.checkAtRcpt(odd), "action=DUNNO");
      });
    }
  }
});

class Paper extends Writable {
  text = "";
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

describe("an odd domain on the command line", () => {
  let directory: TempDirectory;
  let installation: Installation;
  before(async () => {
    directory = await tempDirectory();
    installation = await install(directory.path);
    await fill(installation.storePath, "proven");
  });
  after(async () => {
    await directory[Symbol.asyncDispose]();
  });

  async function run(...words: readonly string[]): Promise<Told> {
    const out = new Paper();
    const err = new Paper();
    const code = await runProgram(["--config", installation.configPath, ...words], out, err);
    return { code, out: out.text, err: err.text };
  }

  // No program can be given a NUL, and no command probes a domain here: that would go out.
  const commands: readonly (readonly string[])[] = [
    ["verdict", "show"],
    ["verdict", "forget"],
    ["probe"],
  ];

  for (const odd of oddDomains) {
    if (odd.text.includes("\0")) continue;
    if (odd.means === undefined) {
      it(`of ${odd.about} is refused in words`, async () => {
        for (const command of commands) {
          assertRefused(await run(...command, "--", odd.text), command.join(" "));
        }
        assertRefused(await run("refresh", `--domain=${odd.text}`), "refresh");
        assertRefused(await run("rule", "add", "--", odd.text, "reject"), "rule add");
        assertRefused(await run("rule", "add", "--", `user@${odd.text}`, "reject"), "rule add");
      });
    } else {
      const { means } = odd;
      it(`of ${odd.about} is taken for ${means.slice(0, 30)}`, async () => {
        const shown = await run("verdict", "show", "--json", odd.text);
        assert.equal(JSON.parse(shown.out).domain, means);
        const rule = await run("rule", "add", "--json", odd.text, "reject");
        assert.equal(JSON.parse(rule.out).scope, means);
        const narrow = await run("rule", "add", "--json", `user@${odd.text}`, "reject");
        assert.equal(JSON.parse(narrow.out).scope, `user@${means}`);
        const forgotten = await run("verdict", "forget", odd.text);
        assert.deepEqual(forgotten, { code: 0, out: `Forgot the verdict of ${means}.\n`, err: "" });
        await using store = await openStore(installation.storePath);
        await store.verdicts.save(sampleVerdict(means));
      });
    }
  }

  it("of a hyphen at the beginning is no option that somebody knows", async () => {
    const { code, err } = await run("verdict", "show", "-partner.example");
    assert.equal(code, 2);
    assert.match(err, /unknown option/);
  });

  it("of bytes that are not UTF-8 is refused by the program itself", async () => {
    const program = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
    const { configPath } = installation;
    const script = 'exec "$0" "$1" --config "$2" verdict show "$(printf "b\\374cher.example")"';
    const words = ["-c", script, process.execPath, program, configPath];
    await assert.rejects(promisify(execFile)("sh", words), (error: Error & Partial<ShellEnd>) => {
      assertRefused(
        { code: error.code ?? 0, out: error.stdout ?? "", err: error.stderr ?? "" },
        "",
      );
      return true;
    });
  });
});

interface ShellEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Wrong usage, nothing on standard output, one short line that a terminal shows as it is. */
function assertRefused({ code, out, err }: Told, command: string): void {
  assert.equal(code, 2, command);
  assert.equal(out, "", command);
  assert.match(err, /^mxseal: [^\p{C}]{1,300}\n$/u, command);
}
