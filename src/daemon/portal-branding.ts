/** How the portal looks: as usual, and for messages of some domains as their templates say. */
import type { Config } from "../config/config.ts";
import { readLogo } from "../config/logo-file.ts";
import { mailTemplates } from "../config/mail-templates.ts";
import { type MailTemplate, templateFor } from "../mime/template.ts";
import type { BrandingOptions, HelpContact } from "../portal/branding.ts";
import type { SenderBrandingOptions } from "../portal/sender-branding.ts";

/** Rejects with MXSEAL_CONFIG_INVALID when the logo cannot be used. */
export function portalBranding(config: Config): Promise<BrandingOptions> {
  return brandingOf(config, mailTemplates(config).usual, usualLogo(config));
}

/** Rejects with MXSEAL_CONFIG_INVALID when a logo cannot be used. */
export async function senderBrandings(config: Config): Promise<readonly SenderBrandingOptions[]> {
  const templates = mailTemplates(config);
  const tables = config.template.filter(({ domains }) => domains.length > 0);
  const looks = tables.map(async ({ domains, logo = usualLogo(config) }) => {
    const branding = await brandingOf(config, templateFor(templates, domains[0]), logo);
    return { domains, branding };
  });
  return await Promise.all(looks);
}

function usualLogo(config: Config): string | undefined {
  return config.template.find(({ domains }) => domains.length === 0)?.logo;
}

async function brandingOf(
  config: Config,
  template: MailTemplate,
  logo: string | undefined,
): Promise<BrandingOptions> {
  const { imprint_url: imprintUrl, privacy_url: privacyUrl } = config.portal;
  const { accessibility_url: accessibilityUrl } = config.portal;
  const { organisation, accentColour, helpPhone, helpContact } = template;
  const help: HelpContact = {
    ...(helpPhone === undefined ? {} : { phone: helpPhone }),
    ...(helpContact === undefined ? {} : { text: helpContact }),
  };
  return {
    organisation,
    ...(accentColour === undefined ? {} : { accentColour }),
    ...(logo === undefined ? {} : { logo: await readLogo(logo) }),
    ...(Object.keys(help).length === 0 ? {} : { help }),
    ...(imprintUrl === undefined ? {} : { imprintUrl }),
    ...(privacyUrl === undefined ? {} : { privacyUrl }),
    ...(accessibilityUrl === undefined ? {} : { accessibilityUrl }),
  };
}
