/** The opened message, as a browser meets it; real store, real keys. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import { sealSession, sessionIdleMs } from "../../src/portal/session.ts";
import { afterLookup, changedStore } from "../support/changed-store.ts";
import { openBench, type PortalBench } from "../support/portal-bench.ts";
import { cookiesOf, heading, open, post } from "../support/portal-reader.ts";
import { htmlMail, samplePdf, textMail } from "../support/sample-mail.ts";

describe("an opened message", () => {
  let bench: PortalBench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench[Symbol.asyncDispose]());

  it("shows who, when, subject, text and attachments", async () => {
    const page = await (await open(bench, await bench.seal(textMail()))).get("");
    assert.equal(page.statusCode, 200);
    assert.equal(heading(page), "Ihr Befund vom Montag – bitte lesen");
    assert.match(
      page.body,
      /Dr\. Anna Weber<\/bdi> <bdi class="address">dr\.weber@praxis\.example<\//,
    );
    assert.match(page.body, /Anna Weber &lt;weber@praxis\.example&gt; &amp; Team/);
    assert.match(page.body, /Befund Müller – Kopie\.pdf/);
    assert.doesNotMatch(page.body, /<iframe/);
  });

  it("joins the lines of a flowed text (RFC 3676), so that a phone breaks them where it must", async () => {
    const mail = (type: string): Buffer =>
      Buffer.from(
        `Content-Type: text/plain; ${type}\r\n\r\nGuten Tag, \r\ndie Werte \r\nsind gut.\r\n From here\r\n-- \r\nAnna\r\n`,
      );
    const reader = await open(bench, await bench.seal(mail("format=flowed")));
    assert.match(
      (await reader.get("")).body,
      />Guten Tag, die Werte sind gut\.\nFrom here\n-- \nAnna</,
    );
    const fixed = await open(bench, await bench.seal(mail("charset=us-ascii")));
    assert.match((await fixed.get("")).body, />Guten Tag, \ndie Werte \nsind gut\./);
  });

  it("keeps quotations apart in a flowed text, and joins their lines", async () => {
    const mail = `Content-Type: text/plain; format=flowed\r\n\r\n> quoted \r\n> more\r\nanswer\r\n`;
    const reader = await open(bench, await bench.seal(Buffer.from(mail)));
    assert.match((await reader.get("")).body, /dir="auto">&gt; quoted more\nanswer</);
  });

  it("makes marks of direction visible in subject, names and file names", async () => {
    const flip = "\u202e";
    const encoded = (text: string): string => `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;
    const mail = Buffer.from(
      `From: ${encoded(`Bank${flip}knaB`)} <a@b.test>\r\nSubject: ${encoded(`x${flip}y`)}\r\nContent-Type: application/pdf; name="${encoded(`Rechnung${flip}fdp.exe`)}"\r\nContent-Disposition: attachment\r\n\r\nx\r\n`,
    );
    const page = (await (await open(bench, await bench.seal(mail))).get("")).body;
    assert.equal(page.includes(flip), false);
    assert.match(page, /<h1><bdi>x\ufffdy<\/bdi>/);
    assert.match(page, /Bank\ufffdknaB/);
    assert.match(page, /Rechnung_fdp\.exe/);
  });

  it("gives an attachment as a download, byte for byte", async () => {
    const part = await (await open(bench, await bench.seal(textMail()))).get("/part/1");
    assert.deepEqual(part.rawPayload, samplePdf);
    assert.match(String(part.headers["content-disposition"]), /^attachment; filename="Befund M_/);
    assert.equal(part.headers["content-type"], "application/octet-stream");
    assert.match(String(part.headers["content-security-policy"]), /^sandbox; default-src 'none'/);
    assert.equal(part.headers["cache-control"], "no-store");
  });

  it("gives the original byte for byte", async () => {
    const original = Buffer.concat([textMail(), Buffer.alloc(200_000, "x\r\n")]);
    const eml = await (await open(bench, await bench.seal(original))).get("/eml");
    assert.deepEqual(eml.rawPayload, original);
    assert.match(String(eml.headers["content-disposition"]), /^attachment; .*\.eml/);
  });

  it("answers HEAD with what GET has but its body, which nobody reads", async () => {
    const reads: string[] = [];
    await using own = await openBench({}, (store) =>
      changedStore(store, {
        readChunks: (id) => {
          reads.push(id);
          return store.readChunks(id);
        },
      }),
    );
    const sample = await own.seal(textMail());
    const reader = await open(own, sample);
    for (const [path, passes] of [
      ["/eml", 0],
      ["/part/1", 1],
    ] as const) {
      reads.length = 0;
      const answer = await reader.head(path);
      assert.equal(reads.length, passes, path);
      assert.equal(answer.body, "");
      assert.deepEqual(told(answer), told(await reader.get(path)));
    }
  });

  it("has no other parts", async () => {
    const reader = await open(bench, await bench.seal(textMail()));
    for (const number of ["0", "2", "-1", "1.0", "01", "x", "99999999"]) {
      assert.equal((await reader.get(`/part/${number}`)).statusCode, 404, number);
    }
  });

  it("shows HTML in a frame of its own, without what is loaded from elsewhere", async () => {
    const mail = htmlMail(
      '<p>Guten <b>Tag</b></p><img src="cid:logo@praxis"><img src="https://evil.test/x.png"><script>x</script>',
    );
    const reader = await open(bench, await bench.seal(mail));
    const page = await reader.get("");
    assert.match(
      page.body,
      /<iframe class="mail l\d+ m\d+ s\d+" src="\/v\/\w+\/body\?lang=en"[^>]* sandbox="allow-popups/,
    );
    assert.match(page.body, /1 picture or style from another server was not loaded/);
    assert.match(page.body, /1 picture within the text/);
    assert.match(page.body, /<h2>1 attachment<\/h2>/);
    const body = await reader.get("/body", { "sec-fetch-dest": "iframe" });
    assert.match(body.body, /<p>Guten <b>Tag<\/b><\/p><img src="data:image\/png;base64,/);
    assert.doesNotMatch(body.body, /evil|<script/);
    const policy = String(body.headers["content-security-policy"]);
    assert.match(
      policy,
      /^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'/,
    );
    assert.match(policy, /frame-ancestors 'self'/);
    assert.doesNotMatch(policy, /allow-scripts|allow-same-origin|allow-forms/);
  });

  it("lists a file under its own heading, though it has the Content-ID of a picture", async () => {
    const file =
      "Content-Type: application/pdf; name=b.pdf\r\nContent-ID: <logo@praxis>\r\n\r\n%PDF\r\n";
    const mail = htmlMail('<img src="cid:logo@praxis">').toString("latin1");
    const last = mail.lastIndexOf("\r\n--");
    const boundary = mail.slice(last + 2).replace(/--\s*$/, "");
    const both = `${mail.slice(0, last)}\r\n${boundary}\r\n${file}${boundary}--\r\n`;
    const sample = await bench.seal(Buffer.from(both, "latin1"));
    const page = (await (await open(bench, sample)).get("")).body;
    assert.match(page, /1 picture within the text/);
    assert.match(page, /<h2>2 attachments<\/h2>[\s\S]*b\.pdf[\s\S]*<details class="pictures">/);
  });

  it("never shows the HTML outside the frame", async () => {
    const reader = await open(bench, await bench.seal(htmlMail("<p>Guten Tag</p>")));
    const page = await reader.get("/body", { "sec-fetch-dest": "document" });
    assert.equal(page.statusCode, 303);
    const silent = await reader.get("/body");
    assert.match(String(silent.headers["content-type"]), /^text\/plain/);
    assert.match(silent.body, /^Guten Tag Frau Muster/);
  });

  it("shows plain text instead when asked, and has it ready for paper", async () => {
    const reader = await open(bench, await bench.seal(htmlMail("<p>Guten Tag</p>")));
    const plain = await reader.get("?view=text");
    assert.doesNotMatch(plain.body, /<iframe/);
    assert.match(plain.body, /<div class="text" dir="auto">Guten Tag Frau Muster/);
    assert.match((await reader.get("")).body, /<div class="paper"><div class="text"/);
  });

  it("is closed without its cookie, with another's, and after 15 minutes", async () => {
    const [mine, other] = [await bench.seal(textMail()), await bench.seal(textMail())];
    const reader = await open(bench, mine);
    const stranger = await open(bench, other);
    const value = Object.values(stranger.cookies)[0] ?? "";
    for (const cookies of [{}, { [`mxseal-${mine.id}`]: value }, stranger.cookies]) {
      const page = await bench.portal.app.inject({ url: `/v/${mine.id}`, cookies });
      assert.equal(page.statusCode, 403);
      assert.equal(heading(page), "The message was closed");
    }
    bench.clock.advance(sessionIdleMs);
    assert.equal(heading(await reader.get("")), "The message was closed");
  });

  it("stays open while it is used", async () => {
    const reader = await open(bench, await bench.seal(textMail()));
    bench.clock.advance(sessionIdleMs - 1000);
    const renewed = cookiesOf(await reader.get(""));
    bench.clock.advance(sessionIdleMs - 1000);
    const [name] = Object.keys(renewed);
    const id = name?.replace("mxseal-", "");
    const page = await bench.portal.app.inject({ url: `/v/${id}`, cookies: renewed });
    assert.equal(page.statusCode, 200);
  });

  // A hundred of them made more cookies than a server takes: no page came any more, nor this one.
  it("closes the ones that were not looked at for longest, when twenty are open", async () => {
    const sample = await bench.seal(textMail());
    const now = bench.clock.now();
    const times = { openedAt: now - 800_000 };
    const { messageKey, codeVersion, lookupId } = sample;
    const sealed = Array.from({ length: 25 }, (_, index) => {
      const seenAt = now - 800_000 + ((index * 7) % 25) * 1000;
      const session = {
        messageId: `m${index}`,
        seenAt,
        ...times,
        messageKey,
        codeVersion,
        lookupId,
      };
      return {
        seenAt,
        name: `mxseal-m${index}`,
        text: sealSession(session, bench.keys.sessionKey),
      };
    });
    const cookie = [...sealed.map(({ name, text }) => `${name}=${text}`), "mxseal-(x)=y"].join(
      "; ",
    );
    const opened = await post(bench, sample, sample.code, { headers: { cookie } });
    const cleared = opened.cookies.filter(({ value }) => value === "").map(({ name }) => name);
    const oldest = sealed.toSorted((one, other) => one.seenAt - other.seenAt).slice(0, 6);
    assert.deepEqual(cleared.toSorted(), oldest.map(({ name }) => name).toSorted());
    const [own] = opened.cookies.filter(({ value }) => value !== "");
    assert.equal(own?.name, `mxseal-${sample.id}`);
  });

  it("can be closed by its reader, for good", async () => {
    const sample = await bench.seal(textMail());
    const reader = await open(bench, sample);
    bench.clock.advance(120_000);
    const closed = await close(bench, sample.id, reader.cookies);
    assert.equal(closed.headers["location"], "/closed?lang=de");
    assert.equal(closed.cookies[0]?.name, `mxseal-${sample.id}`);
    assert.equal(closed.cookies[0]?.value, "");
    for (const path of ["", "/eml", "/part/1"]) {
      const page = await reader.get(path);
      assert.deepEqual([page.statusCode, heading(page)], [403, "The message was closed"]);
      assert.deepEqual(
        page.cookies.filter(({ value }) => value !== ""),
        [],
      );
    }
    assert.equal((await (await open(bench, sample)).get("")).statusCode, 200);
  });

  // The answer to files that went on for minutes opened it again on a machine that others use.
  it("is not opened again by the answer to what was under way when it was closed", async () => {
    let meanwhile: () => Promise<unknown> = () => Promise.resolve();
    await using own = await openBench(
      {},
      afterLookup(() => meanwhile()),
    );
    const sample = await own.seal(textMail());
    const reader = await open(own, sample);
    own.clock.advance(120_000);
    meanwhile = () => close(own, sample.id, reader.cookies);
    const page = await reader.get("");
    assert.deepEqual([page.statusCode, heading(page)], [403, "The message was closed"]);
    assert.deepEqual(page.cookies, []);
  });

  it("answers odd ids with a page, never with a fault", async () => {
    for (const id of ["a;b", "%0d%0ax", "é", "x".repeat(150), "..%2f"]) {
      for (const method of ["GET", "POST"] as const) {
        const url = method === "GET" ? `/v/${id}` : `/v/${id}/close`;
        const { statusCode } = await bench.portal.app.inject({ method, url });
        assert.ok(statusCode >= 400 && statusCode < 500, `${method} ${id} → ${statusCode}`);
      }
    }
  });
});

describe("a large message", () => {
  it("shows its text and offers each file, whatever their size", async () => {
    await using bench = await openBench();
    const files = [1, 2, 3].map((fill) => Buffer.alloc(8 * 2 ** 20, `file ${fill}`));
    const reader = await open(bench, await bench.seal(mailWithFiles(files)));
    const page = (await reader.get("")).body;
    assert.match(page, /dir="auto">Anbei die Bilder\.</);
    assert.equal(page.match(/<span class="size">8.4 MB</g)?.length, 3);
    for (const [index, file] of files.entries()) {
      const part = await reader.get(`/part/${index + 1}`);
      assert.equal(part.headers["content-length"], String(file.length));
      assert.ok(part.rawPayload.equals(file));
    }
    assert.equal((await reader.get("/part/4")).statusCode, 404);
  });
});

describe("reading a large message", () => {
  it("lets others have their turn, four times in each MiB", async () => {
    await using bench = await openBench();
    const reader = await open(bench, await bench.seal(mailWithFiles([Buffer.alloc(6 * 2 ** 20)])));
    for (const path of ["", "/eml", "/part/1"]) {
      let turns = 0;
      let next = setImmediate(function count() {
        turns += 1;
        next = setImmediate(count);
      });
      await reader.get(path);
      clearImmediate(next);
      assert.ok(turns >= 4 * 8, `${path}: ${turns}`);
    }
  });
});

function close(
  bench: PortalBench,
  id: string,
  cookies: Record<string, string>,
): Promise<LightMyRequestResponse> {
  const url = `/v/${id}/close?lang=de`;
  return bench.portal.app.inject({ method: "POST", url, cookies });
}

function told({ statusCode, headers }: LightMyRequestResponse): readonly unknown[] {
  const names = ["length", "type", "disposition", "security-policy"] as const;
  return [statusCode, ...names.map((name) => headers[`content-${name}`])];
}

function mailWithFiles(files: readonly Buffer[]): Buffer {
  const lines = (file: Buffer): string => file.toString("base64").replace(/.{76}/g, "$&\r\n");
  const parts = files.map(
    (file, index) =>
      `--b\r\nContent-Type: image/tiff; name=${index}.tif\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines(file)}\r\n`,
  );
  const text = "--b\r\n\r\nAnbei die Bilder.\r\n";
  const head = "Subject: Bilder\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
  return Buffer.from(`${head}${text}${parts.join("")}--b--\r\n`);
}

describe("a message too large to be shown", () => {
  it("is offered as a whole", async () => {
    await using bench = await openBench({ maxShownBytes: 1000 });
    const reader = await open(bench, await bench.seal(textMail()));
    const page = await reader.get("");
    assert.match(page.body, /too large to be shown here/);
    assert.equal((await reader.get("/part/1")).statusCode, 404);
    assert.deepEqual((await reader.get("/eml")).rawPayload, textMail());
  });
});
