/** `mxseal template preview` as an administrator uses it, with a configuration file. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import { runProgram } from "../../src/cli/program.ts";
import { tempDirectory } from "../support/temp-directory.ts";

const configuration = `
[seal]
organisation = "Own Ltd"
[portal]
base_url = "https://post.own.example"
[[template]]
domains = ["brand.example"]
organisation = "Brand & Sons"
language = "en"
subject = "From {name}, {organisation}"
`;

/** What their files' names begin with; of the reply there is no HTML. */
const mails = [
  "notification",
  "notification-agreed-code",
  "notification-pdf",
  "reminder",
  "code-mail",
  "code-mail-agreed-code",
  "code-mail-pdf",
  "read-notice",
  "wrong-codes",
  "locked",
  "no-code",
  "sms-failed",
];

class Sink extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function preview(directory: string, ...options: readonly string[]) {
  const config = join(directory, "mxseal.toml");
  await writeFile(config, configuration);
  const output = join(directory, "out");
  const [out, err] = [new Sink(), new Sink()];
  const given = options.includes("--output") ? [] : ["--output", output];
  const args = ["--config", config, "template", "preview", ...given, ...options];
  const status = await runProgram(args, out, err);
  const read = (name: string) => readFile(join(output, name), "utf8");
  return { status, out: out.text, err: err.text, output, read };
}

describe("mxseal template preview", () => {
  it("writes both parts of every mail and says where", async () => {
    await using directory = await tempDirectory();
    const { status, out, output, read } = await preview(directory.path);
    assert.equal(status, 0);
    // A person's reply is text alone.
    const names = [...mails.flatMap((name) => [`${name}.html`, `${name}.txt`]), "reply.txt"];
    assert.deepEqual((await readdir(output)).toSorted(), names.toSorted());
    for (const name of names) {
      assert.ok(out.includes(`  ${join(output, name)}\n`), name);
      const text = await read(name);
      assert.ok(text.includes("SAMP0000"), name);
      assert.match(text, /Nachricht[^]*message/, `${name} speaks both languages`);
    }
    assert.match(out, /^Subject: Vertrauliche Nachricht von Erika Mustermann \/ /m);
    assert.match(
      await read("notification.txt"),
      /https:\/\/post\.own\.example\/m\/SAMPLE-NOT-A-REAL/,
    );
    assert.match(await read("notification.html"), /Own Ltd/);
    assert.match(await read("code-mail.html"), /ABCD-EFGH-2345/);
    assert.match(await read("notification-pdf.txt"), /message-SAMP0000\.pdf/);
    assert.match(await read("code-mail-pdf.html"), /ABCD-EFGH-JKMN-2345/);
  });

  it("takes the template of a domain, and the usual one for a domain it does not know", async () => {
    await using directory = await tempDirectory();
    const brand = await preview(directory.path, "--domain", "Brand.Example");
    assert.match(brand.out, /^Subject: From Erika Mustermann, Brand & Sons$/m);
    const html = await brand.read("notification.html");
    assert.ok(html.includes("Brand &amp; Sons") && html.includes("@brand.example"));
    assert.ok(!html.includes("Guten Tag"));
    const other = await preview(directory.path, "--domain", "unknown.example");
    assert.equal(other.status, 0);
    assert.match(await other.read("notification.html"), /Own Ltd/);
  });

  it("speaks the language it is told", async () => {
    await using directory = await tempDirectory();
    const { read } = await preview(directory.path, "--language", "de", "--domain", "brand.example");
    for (const name of mails) {
      const text = await read(`${name}.txt`);
      assert.ok(text.includes("Guten Tag") && !text.includes("Hello"), name);
    }
  });

  it("writes over its own files and over nothing else", async () => {
    await using directory = await tempDirectory();
    const { output } = await preview(directory.path);
    await writeFile(join(output, "notes"), "mine");
    assert.equal((await preview(directory.path)).status, 0);
    assert.equal(await readFile(join(output, "notes"), "utf8"), "mine");
    assert.equal((await readdir(output)).length, 2 * mails.length + 2);
  });

  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["something that is no domain", ["--domain", "a b"], /"a b" is not a domain/],
    ["a language it does not speak", ["--language", "fr"], /de, en, both/],
    ["an argument too many", ["more"], /too many arguments/],
  ];
  for (const [what, options, message] of wrong) {
    it(`ends with 2, explains itself and writes nothing for ${what}`, async () => {
      await using directory = await tempDirectory();
      const { status, err } = await preview(directory.path, ...options);
      assert.equal(status, 2);
      assert.match(err, message);
      assert.deepEqual(await readdir(directory.path), ["mxseal.toml"]);
    });
  }

  it("names the directory where it cannot write", async () => {
    await using directory = await tempDirectory();
    const file = join(directory.path, "file");
    await writeFile(file, "");
    for (const output of [file, join(file, "below")]) {
      await assert.rejects(preview(directory.path, "--output", output), {
        code: "MXSEAL_OUTPUT_FAILED",
        message: new RegExp(`^cannot make ${output}: `),
      });
    }
    const taken = join(directory.path, "taken");
    await mkdir(join(taken, "notification.txt", "x"), { recursive: true });
    await assert.rejects(preview(directory.path, "--output", taken), {
      code: "MXSEAL_OUTPUT_FAILED",
      message: /^cannot write .*notification\.txt: /,
    });
  });
});
