import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readLogo } from "../../src/config/logo-file.ts";
import { tempDirectory } from "../support/temp-directory.ts";

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);

describe("a logo", () => {
  it("is a PNG or JPEG file of up to 64 KiB, whole", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "logo");
    for (const start of [png, jpeg]) {
      const bytes = Buffer.concat([start, Buffer.alloc(64 * 1024 - start.length, 7)]);
      await writeFile(path, bytes);
      assert.ok(bytes.equals(await readLogo(path)));
    }
  });

  it("is refused by name when it is too large, of another kind, or not there", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "logo");
    for (const [bytes, fault] of [
      [Buffer.concat([png, Buffer.alloc(64 * 1024)]), "has more than 64 KiB"],
      [Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"), "is no PNG or JPEG file"],
      [Buffer.from("GIF89a"), "is no PNG or JPEG file"],
      [Buffer.alloc(0), "is no PNG or JPEG file"],
    ] as const) {
      await writeFile(path, bytes);
      await assert.rejects(readLogo(path), {
        code: "MXSEAL_CONFIG_INVALID",
        message: `template.logo: ${path} ${fault}`,
      });
    }
    for (const missing of [join(directory.path, "gone"), directory.path]) {
      await assert.rejects(readLogo(missing), {
        code: "MXSEAL_CONFIG_INVALID",
        message: /^template\.logo: .* cannot be read: /,
      });
    }
  });
});
