/**
 * The frame of every page: one card, the organisation's name, the other language. It works
 * without script, on a phone of 320 pixels and on paper (`style-sheet.ts`).
 */
import type { Language } from "../base/language.ts";
import type { Branding } from "./branding.ts";
import { type Html, html } from "./html.ts";
import type { Words } from "./words.ts";

/** What all pages of one answer share. */
export interface PageSetting {
  readonly language: Language;
  readonly words: Words;
  readonly branding: Branding;
  /** IANA name; undefined: the server's own zone. */
  readonly timeZone: string | undefined;
}

export interface PageParts {
  /** Plain text for the browser's tab. */
  readonly title: string;
  readonly content: Html;
  /** A form that came back because of a fault: the tab says so first. */
  readonly failed?: boolean;
  /** A message needs more room than a form. */
  readonly wide?: boolean;
  /** Stays in the address when the language is changed, such as `view=text`. */
  readonly query?: string;
  /** Id of a form whose text a link would lose: its language changes by `view=language`. */
  readonly keepForm?: string;
}

export function page(setting: PageSetting, parts: PageParts): string {
  const { language } = setting;
  const brand = brandName(setting);
  const { path } = setting.branding;
  const { errorPrefix } = setting.words;
  const title = parts.failed === true ? `${errorPrefix}: ${parts.title}` : parts.title;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – ${brand}</title>
<link rel="stylesheet" href="${path}/style.css">
<link rel="icon" href="${path}/icon.svg" type="image/svg+xml">
</head>
<body>
<div class="${parts.wide === true ? "column wide" : "column"}">
<header class="top">${emblem(setting)}<span>${brand}</span></header>
<main class="card">
${parts.content}
</main>
${footer(setting, parts)}
</div>
</body>
</html>
`.markup;
}

function brandName({ branding, words }: PageSetting): string {
  return branding.organisation === "" ? words.brand : branding.organisation;
}

/** The name stands beside it, so neither picture has a text of its own. */
function emblem({ branding }: PageSetting): Html {
  return branding.logo === undefined
    ? html`<img src="${branding.path}/icon.svg" alt="" width="28" height="28">`
    : html`<img class="logo" src="${branding.path}/logo" alt="">`;
}

function footer(setting: PageSetting, parts: PageParts): Html {
  const { branding, language, words } = setting;
  const { imprintUrl, privacyUrl, accessibilityUrl } = branding;
  const outside = (url: string | undefined, label: string): Html | undefined =>
    url === undefined ? undefined : html`<a href="${url}" rel="noopener noreferrer">${label}</a>`;
  return html`<footer class="foot">
<a href="/about?lang=${language}">${words.aboutLink}</a>
${outside(imprintUrl, words.imprint)}
${outside(privacyUrl, words.privacy)}
${outside(accessibilityUrl, words.accessibility)}
${otherLanguage(setting, parts)}
</footer>`;
}

/** Chosen files stay where they are: in this encoding a browser sends no more than their names. */
function otherLanguage({ words }: PageSetting, { query, keepForm }: PageParts): Html {
  const { language, name } = words.otherLanguage;
  if (keepForm !== undefined) {
    return html`<button class="language" type="submit" form="${keepForm}" formaction="?view=language&amp;lang=${language}" formenctype="application/x-www-form-urlencoded" formnovalidate lang="${language}">${name}</button>`;
  }
  const kept = query === undefined ? "" : `${query}&`;
  return html`<a class="language" href="?${kept}lang=${language}" lang="${language}" hreflang="${language}">${name}</a>`;
}

/** A word beside its value, which keeps its own direction of writing; "" leaves nothing. */
export function detail(term: string, value: Html | string): Html | undefined {
  if (value === "") return undefined;
  const shown = typeof value === "string" ? html`<bdi>${value}</bdi>` : value;
  return html`<div><dt>${term}</dt><dd>${shown}</dd></div>`;
}
