import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseConfig } from "../../src/config/load.ts";
import { portalBranding, senderBrandings } from "../../src/daemon/portal-branding.ts";
import { checkBranding } from "../../src/portal/branding.ts";
import { samplePng } from "../support/sample-mail.ts";
import { tempDirectory } from "../support/temp-directory.ts";

describe("the look of the portal", () => {
  it("is plain where no template is set up", async () => {
    const config = parseConfig('[seal]\norganisation = "Own"', "test.toml");
    assert.deepEqual(await portalBranding(config), { organisation: "Own" });
  });

  it("is that of the template without domains, in a form that the portal takes", async () => {
    await using directory = await tempDirectory();
    const logo = join(directory.path, "logo.png");
    await writeFile(logo, samplePng);
    const config = parseConfig(
      `[[template]]
domains = ["brand.example"]
organisation = "Brand"
[[template]]
organisation = "Own"
help_phone = "+49 (30) 1234-0"
help_contact = "Reception"
accent_colour = "#0f6b4f"
logo = "${logo}"
`,
      "test.toml",
    );
    const branding = checkBranding(await portalBranding(config));
    assert.equal(branding.organisation, "Own");
    assert.equal(branding.theme.light.accent, "#0f6b4f");
    assert.equal(branding.logo?.mimeType, "image/png");
    assert.deepEqual(branding.help, {
      phone: "+49 (30) 1234-0",
      text: { de: "Reception", en: "Reception" },
    });
  });

  it("is another one for a domain with a template, which takes the rest from the usual", async () => {
    await using directory = await tempDirectory();
    const logo = join(directory.path, "logo.png");
    await writeFile(logo, samplePng);
    const config = parseConfig(
      `[[template]]
organisation = "Own"
help_phone = "+49 30 1234-0"
[[template]]
domains = ["brand.example", "brand.test"]
organisation = "Brand"
logo = "${logo}"
`,
      "test.toml",
    );
    const help = { phone: "+49 30 1234-0" };
    assert.deepEqual(await senderBrandings(config), [
      {
        domains: ["brand.example", "brand.test"],
        branding: { organisation: "Brand", logo: samplePng, help },
      },
    ]);
  });

  it("stops the portal with the name of a logo that cannot be used", async () => {
    const config = parseConfig('[[template]]\nlogo = "/nonexistent/logo.png"', "test.toml");
    await assert.rejects(portalBranding(config), {
      code: "MXSEAL_CONFIG_INVALID",
      message: /\/nonexistent\/logo\.png cannot be read/,
    });
  });
});
