/** The portal around its routes: faults, foreign requests, log, socket. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import { chunkBytes } from "../../src/seal/chunk-cipher.ts";
import type { SealedStore } from "../../src/store/sealed-store.ts";
import { changedStore } from "../support/changed-store.ts";
import { openBench, type PortalBench } from "../support/portal-bench.ts";
import {
  attemptsLeft,
  formType,
  heading,
  open,
  post,
  wrongCode,
} from "../support/portal-reader.ts";
import { textMail } from "../support/sample-mail.ts";

describe("the portal in trouble", () => {
  it("says so kindly, opens nothing and keeps the secrets out of the log", async () => {
    let broken = false;
    await using bench = await openBench({}, (store) => failingStore(store, () => broken));
    const sample = await bench.seal(textMail());
    const reader = await open(bench, sample);
    broken = true;
    const get = await bench.portal.app.inject(sample.path);
    for (const page of [get, await post(bench, sample, sample.code), await reader.get("")]) {
      assert.equal(page.statusCode, 503);
      assert.equal(heading(page), "This does not work at the moment");
      assert.equal(page.headers["retry-after"], "30");
    }
    const logged = JSON.stringify(bench.log.lines);
    assert.match(logged, /MXSEAL_STORE_UNUSABLE/);
    const cookie = Object.values(reader.cookies)[0] ?? "";
    for (const secret of [sample.token, sample.code, sample.lookupId, cookie, "unauff"]) {
      assert.equal(logged.includes(secret), false);
    }
  });

  it("names a damaged message and gives out no half file", async () => {
    await using bench = await openBench({}, (store) => damagedStore(store));
    const reader = await open(bench, await bench.seal(textMail()));
    for (const path of ["", "/body", "/eml", "/part/1"]) {
      const page = await reader.get(path);
      assert.equal(page.statusCode, 500, path);
      assert.equal(heading(page), "This message cannot be opened");
      assert.equal(page.headers["content-disposition"], undefined);
    }
    assert.match(JSON.stringify(bench.log.lines), /MXSEAL_SEALED_DAMAGED/);
  });

  it("breaks a download off that turns out to be damaged further on", async () => {
    await using bench = await openBench({}, (store) => damagedStore(store, 40));
    await bench.portal.listen();
    const sample = await bench.seal(Buffer.alloc(50 * chunkBytes, "x"));
    const { cookies } = await open(bench, sample);
    const cookie = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
    const answer = await fetch(`${bench.portal.address}/v/${sample.id}/eml`, {
      headers: { cookie: cookie.join("; ") },
    });
    assert.equal(answer.status, 200);
    await assert.rejects(answer.arrayBuffer());
    assert.match(JSON.stringify(bench.log.lines), /MXSEAL_SEALED_DAMAGED.*chunk 40/);
  });

  for (const [what, sizeBytes] of [
    ["no bytes", 0],
    ["one chunk", chunkBytes],
    ["a byte less", 3 * chunkBytes - 1],
    ["a byte more", 3 * chunkBytes + 1],
  ] as const) {
    it(`does not let a download of three chunks end well whose row says: ${what}`, async () => {
      await using bench = await openBench({}, (store) => resizedStore(store, sizeBytes));
      await bench.portal.listen();
      const sample = await bench.seal(Buffer.alloc(3 * chunkBytes, "x"));
      const { cookies } = await open(bench, sample);
      const cookie = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
      const download = async (): Promise<void> => {
        const answer = await fetch(`${bench.portal.address}/v/${sample.id}/eml`, {
          headers: { cookie: cookie.join("; ") },
        });
        await answer.arrayBuffer();
        assert.equal(answer.status, 200);
      };
      await assert.rejects(download());
      assert.match(JSON.stringify(bench.log.lines), /MXSEAL_SEALED_DAMAGED.*has another size/);
    });
  }

  it("logs where an unexpected fault was, not what it said", async () => {
    await using bench = await openBench({}, (store) =>
      changedStore(store, {
        findByLookupId: () => Promise.reject(new TypeError("cannot read 'dear patient'")),
      }),
    );
    const page = await bench.portal.app.inject(`/m/${"A".repeat(43)}`);
    assert.equal(page.statusCode, 500);
    const [line] = bench.log.at("error");
    assert.equal(line?.fields["error"], "TypeError");
    assert.match(String(line?.fields["stack"]), /^\s+at /);
    assert.doesNotMatch(JSON.stringify(bench.log.lines), /patient/);
  });
});

/** As a store whose disk is gone while `isBroken`. */
function failingStore(store: SealedStore, isBroken: () => boolean): SealedStore {
  const fault = new MxsealError("MXSEAL_STORE_UNUSABLE", "the store cannot be read");
  return changedStore(store, {
    findByLookupId: (lookupId) =>
      isBroken() ? Promise.reject(fault) : store.findByLookupId(lookupId),
  });
}

/** The chunk at `index` has a changed byte. */
function damagedStore(store: SealedStore, index = 0): SealedStore {
  async function* readChunks(id: string): AsyncGenerator<Buffer> {
    let at = 0;
    for await (const chunk of store.readChunks(id)) {
      const bytes = Buffer.from(chunk);
      if (at === index) bytes[100] = (bytes[100] ?? 0) ^ 1;
      at += 1;
      yield bytes;
    }
  }
  return changedStore(store, { readChunks });
}

/** Messages are said to have another size. */
function resizedStore(store: SealedStore, sizeBytes: number): SealedStore {
  return changedStore(store, {
    findByLookupId: async (lookupId) => {
      const message = await store.findByLookupId(lookupId);
      return message && { ...message, sizeBytes };
    },
  });
}

describe("requests that no browser sends", () => {
  let bench: PortalBench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench[Symbol.asyncDispose]());

  it("get a page for every fault", async () => {
    const { app } = bench.portal;
    const url = (await bench.seal(textMail())).path;
    const json = { "content-type": "application/json" };
    const answers = [
      [400, await app.inject("/%zz")],
      [400, await app.inject({ method: "POST", url, headers: json, payload: "{}" })],
      [
        413,
        await app.inject({
          method: "POST",
          url,
          headers: formType,
          payload: `code=${"a".repeat(5000)}`,
        }),
      ],
      [404, await app.inject("/admin")],
      [400, await app.inject(`/m/${"a".repeat(9000)}`)],
    ] as const;
    for (const [status, page] of answers) {
      assert.equal(page.statusCode, status);
      assert.match(String(page.headers["content-type"]), /^text\/html/);
    }
  });

  it("hear which methods there are, when theirs is none of them", async () => {
    const sample = await bench.seal(textMail());
    for (const [url, allow] of [
      ["/", "GET, HEAD"],
      ["/style.css", "GET, HEAD"],
      [`${sample.path}?view=no-code`, "GET, HEAD, POST"],
      [`${sample.managePath}/recall`, "GET, HEAD, POST"],
      [`/v/${sample.id}/close`, "POST"],
    ] as const) {
      for (const method of ["OPTIONS", "PUT", "DELETE", "PATCH"] as const) {
        const page = await bench.portal.app.inject({ method, url });
        assert.equal(page.statusCode, 405, `${method} ${url}`);
        assert.equal(page.headers["allow"], allow, url);
      }
    }
    const unknown = await bench.portal.app.inject({ method: "OPTIONS", url: "/admin" });
    assert.equal(unknown.statusCode, 404);
    const head = await bench.portal.app.inject({ method: "HEAD", url: sample.path });
    assert.deepEqual([head.statusCode, head.body], [200, ""]);
  });

  it("cannot come from a form on another site", async () => {
    const sample = await bench.seal(textMail());
    for (const site of ["cross-site", "same-site"]) {
      const page = await post(bench, sample, wrongCode, { headers: { "sec-fetch-site": site } });
      assert.equal(page.statusCode, 400);
      assert.equal(heading(page), "That did not work");
    }
    const page = await post(bench, sample, wrongCode, {
      headers: { "sec-fetch-site": "same-origin" },
    });
    assert.equal(attemptsLeft(page), "You have 4 tries left");
  });

  it("cannot come from another site's form in a browser that tells only the origin", async () => {
    const sample = await bench.seal(textMail());
    const from = (origin: string) => post(bench, sample, wrongCode, { headers: { origin } });
    for (const origin of ["https://evil.example", "http://127.0.0.1:8080", "https://127.0.0.1"]) {
      assert.equal(heading(await from(origin)), "That did not work", origin);
    }
    // What our own pages make of it, whose addresses are nobody's business.
    assert.equal(attemptsLeft(await from("null")), "You have 4 tries left");
    assert.equal(attemptsLeft(await from("http://127.0.0.1")), "You have 3 tries left");
  });

  it("count for the client a trusted proxy names, and for no other", async () => {
    await using behind = await openBench({ trustedProxies: ["127.0.0.1"] });
    const sample = await behind.seal(textMail());
    const via = (remoteAddress: string, client: string) =>
      post(behind, sample, wrongCode, { remoteAddress, headers: { "x-forwarded-for": client } });
    assert.equal(attemptsLeft(await via("127.0.0.1", "192.0.2.1")), "You have 4 tries left");
    assert.equal(attemptsLeft(await via("127.0.0.1", "198.51.100.1")), "You have 4 tries left");
    assert.equal(attemptsLeft(await via("203.0.113.5", "192.0.2.1")), "You have 4 tries left");
    assert.equal(attemptsLeft(await via("203.0.113.6", "198.51.100.1")), "You have 3 tries left");
  });
});

describe("a client that goes before it is answered", () => {
  it("counts for its own network, whatever network it claims", async () => {
    const asked = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    const counted = Promise.withResolvers<string>();
    const slow = (store: SealedStore): SealedStore =>
      changedStore(store, {
        findByLookupId: async (lookupId) => {
          asked.resolve();
          await gone.promise;
          return await store.findByLookupId(lookupId);
        },
        countAttempt: (lookupId, network, ...rest) => {
          counted.resolve(network);
          return store.countAttempt(lookupId, network, ...rest);
        },
      });
    await using bench = await openBench({}, slow);
    await bench.portal.listen();
    const sample = await bench.seal(textMail());
    const closed = new Promise((resolve) => {
      bench.portal.app.server.once("connection", (socket) => socket.once("close", resolve));
    });
    const client = connect(Number(new URL(bench.portal.address ?? "").port), "127.0.0.1");
    client.write(
      `POST ${sample.path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.9\r\n` +
        `Content-Type: ${formType["content-type"]}\r\nContent-Length: 19\r\n\r\ncode=${wrongCode}`,
    );
    await asked.promise;
    client.resetAndDestroy();
    await closed;
    gone.resolve();
    assert.equal(await counted.promise, "127.0.0.0/24");
  });
});

describe("the portal over https", () => {
  it("binds its cookie to the host and insists on https", async () => {
    await using bench = await openBench({ baseUrl: "https://sicher.praxis.example" });
    const sample = await bench.seal(textMail());
    const opened = await post(bench, sample, sample.code);
    const cookie = String(opened.headers["set-cookie"]);
    assert.match(cookie, new RegExp(`^__Host-mxseal-${sample.id}=`));
    for (const mark of ["Secure", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=3600"]) {
      assert.match(cookie, new RegExp(`; ${mark}(?:;|$)`));
    }
    const page = await bench.portal.app.inject(sample.path);
    assert.match(String(page.headers["strict-transport-security"]), /max-age=63072000/);
  });

  it("refuses a base address with a path, which its links would not have", async () => {
    await assert.rejects(openBench({ baseUrl: "https://praxis.example/post" }), {
      code: "MXSEAL_CONFIG_INVALID",
    });
  });
});

describe("the access log", () => {
  it("has one line per request with route, status and short id, and no token", async () => {
    await using bench = await openBench();
    const sample = await bench.seal(textMail());
    await bench.portal.app.inject(`${sample.path}?lang=de`);
    const [line, ...more] = bench.log.at("info");
    assert.deepEqual(more, []);
    assert.equal(line?.text, "portal request");
    assert.equal(line?.fields["route"], "/m/:token");
    assert.equal(line?.fields["status"], 200);
    assert.equal(line?.fields["message"], sample.id);
    assert.equal(line?.fields["network"], "127.0.0.0/24");
  });
});

describe("the portal's socket", () => {
  it("answers there, and is gone after closing", async () => {
    await using bench = await openBench();
    await bench.portal.listen();
    const address = bench.portal.address ?? "";
    assert.equal((await fetch(`${address}/robots.txt`)).status, 200);
    await bench.portal.close();
    await assert.rejects(fetch(`${address}/robots.txt`));
  });

  it("says when its address is taken", async () => {
    await using first = await openBench();
    await first.portal.listen();
    const port = Number(new URL(first.portal.address ?? "").port);
    await using second = await openBench({ listenAt: { host: "127.0.0.1", port } });
    await assert.rejects(second.portal.listen(), { code: "MXSEAL_LISTEN_FAILED" });
  });
});
