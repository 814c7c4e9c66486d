import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import { loadCaFile } from "../../src/probe/ca-file.ts";
import { issueCertificate } from "../support/certificates.ts";

const unusable = (error: unknown): boolean =>
  error instanceof MxsealError && error.code === "MXSEAL_CA_FILE_UNUSABLE";

describe("the CA file", () => {
  let directory = "";
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "mxseal-ca-"));
  });
  after(() => rm(directory, { recursive: true }));
  const write = async (text: string): Promise<string> => {
    const path = join(directory, "ca.pem");
    await writeFile(path, text);
    return path;
  };
  const one = issueCertificate({ commonName: "one", isAuthority: true });
  const two = issueCertificate({ commonName: "two", isAuthority: true });

  it("gives every certificate in it, whatever stands between them", async () => {
    const { anchors, pem } = await loadCaFile(
      await write(`# first\n${one.pem}\nSubject: two\n${two.pem}${one.keyPem}`),
    );
    assert.deepEqual(
      anchors.map(({ subject }) => subject),
      ["CN=one", "CN=two"],
    );
    assert.doesNotMatch(pem, /PRIVATE KEY/);
  });

  it("is unusable when it is missing", async () => {
    await assert.rejects(loadCaFile(join(directory, "none.pem")), unusable);
  });

  it("is unusable when it holds no certificate, or a broken one", async () => {
    await assert.rejects(loadCaFile(await write("")), unusable);
    await assert.rejects(loadCaFile(await write(one.keyPem)), unusable);
    const broken = one.pem.replace(/\n[A-Za-z0-9+/]{10}/, "\nAAAAAAAAAA");
    await assert.rejects(loadCaFile(await write(two.pem + broken)), unusable);
  });
});
