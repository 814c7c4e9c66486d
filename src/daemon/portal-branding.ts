/** How the portal looks: as the template without domains says, for the portal is one for all. */
import type { Config } from "../config/config.ts";
import { readLogo } from "../config/logo-file.ts";
import { mailTemplates } from "../config/mail-templates.ts";
import type { BrandingOptions, HelpContact } from "../portal/branding.ts";

/** Rejects with MXSEAL_CONFIG_INVALID when the logo cannot be used. */
export async function portalBranding(config: Config): Promise<BrandingOptions> {
  const { imprint_url: imprintUrl, privacy_url: privacyUrl } = config.portal;
  const { usual } = mailTemplates(config);
  const path = config.template.find(({ domains }) => domains.length === 0)?.logo;
  const help: HelpContact = {
    ...(usual.helpPhone === undefined ? {} : { phone: usual.helpPhone }),
    ...(usual.helpContact === undefined ? {} : { text: usual.helpContact }),
  };
  return {
    organisation: usual.organisation,
    ...(usual.accentColour === undefined ? {} : { accentColour: usual.accentColour }),
    ...(path === undefined ? {} : { logo: await readLogo(path) }),
    ...(Object.keys(help).length === 0 ? {} : { help }),
    ...(imprintUrl === undefined ? {} : { imprintUrl }),
    ...(privacyUrl === undefined ? {} : { privacyUrl }),
  };
}
