/**
 * Whose portal it is: name, colour, logo, whom to call, and the pages a public site must link to.
 * Plain data from the configuration, checked once at the start.
 */
import { MxsealError } from "../base/errors.ts";
import type { Language } from "../base/language.ts";
import { measurePicture } from "./inline-picture.ts";
import { type Theme, themeOf, usualTheme } from "./theme.ts";

export interface BrandingOptions {
  /** May be empty. */
  readonly organisation: string;
  /** `#rrggbb`; everything else follows from it. */
  readonly accentColour?: string;
  /** Content of a PNG, JPEG, GIF, WebP or SVG file. */
  readonly logo?: Buffer;
  readonly help?: HelpContact;
  /** `https://…` */
  readonly imprintUrl?: string;
  /** `https://…` */
  readonly privacyUrl?: string;
  /** Of the accessibility statement, `https://…` */
  readonly accessibilityUrl?: string;
}

export interface HelpContact {
  /** As people write it, such as `+49 30 1234-0`. */
  readonly phone?: string;
  /** One or two sentences: who helps, and when. */
  readonly text?: Readonly<Record<Language, string>>;
}

export interface Branding {
  /** Begins the addresses of style and pictures: "" or `/look/1`. */
  readonly path: string;
  readonly organisation: string;
  readonly theme: Theme;
  readonly logo: Logo | undefined;
  readonly help: HelpContact | undefined;
  readonly imprintUrl: string | undefined;
  readonly privacyUrl: string | undefined;
  readonly accessibilityUrl: string | undefined;
}

export interface Logo {
  readonly mimeType: string;
  readonly bytes: Buffer;
}

const maxLogoBytes = 512 * 1024;

/** Throws MXSEAL_CONFIG_INVALID and says which of the options is wrong. */
export function checkBranding(options: BrandingOptions, path = ""): Branding {
  return {
    path,
    organisation: options.organisation,
    theme: options.accentColour === undefined ? usualTheme : themeOf(options.accentColour),
    logo: options.logo === undefined ? undefined : logoOf(options.logo),
    help: options.help === undefined ? undefined : checkHelp(options.help),
    imprintUrl: checkUrl("imprint", options.imprintUrl),
    privacyUrl: checkUrl("privacy", options.privacyUrl),
    accessibilityUrl: checkUrl("accessibility", options.accessibilityUrl),
  };
}

function logoOf(bytes: Buffer): Logo {
  if (bytes.length > maxLogoBytes) throw invalid("the logo has more than 512 KiB");
  const mimeType = measurePicture(bytes)?.mimeType ?? svgType(bytes);
  if (mimeType === undefined) throw invalid("the logo is no PNG, JPEG, GIF, WebP or SVG file");
  return { mimeType, bytes };
}

/** A picture element runs no script of an SVG, and its own address is served with a policy. */
function svgType(bytes: Buffer): string | undefined {
  const start = bytes.toString("utf8", 0, 2000);
  return /^\ufeff?\s*(?:<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]/i.test(
    start,
  )
    ? "image/svg+xml"
    : undefined;
}

function checkHelp(help: HelpContact): HelpContact {
  if (help.phone !== undefined && !/^\+?[\d\s()/.-]{3,40}$/.test(help.phone)) {
    throw invalid("the help telephone number must consist of digits, blanks and + ( ) / . -");
  }
  return help;
}

function checkUrl(name: string, url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  if (!URL.canParse(url) || new URL(url).protocol !== "https:") {
    throw invalid(`the ${name} address must begin with https://`);
  }
  return url;
}

function invalid(what: string): MxsealError {
  return new MxsealError("MXSEAL_CONFIG_INVALID", `portal branding: ${what}`);
}
