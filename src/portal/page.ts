/**
 * The frame of every page: one card, the organisation's name, the other language. It works
 * without script, on a phone of 320 pixels and on paper (`style-sheet.ts`).
 */
import type { Language } from "../base/language.ts";
import { type Html, html } from "./html.ts";
import type { Words } from "./words.ts";

/** What all pages of one answer share. */
export interface PageSetting {
  readonly language: Language;
  readonly words: Words;
  /** May be empty. */
  readonly organisation: string;
  /** IANA name; undefined: the server's own zone. */
  readonly timeZone: string | undefined;
}

export interface PageParts {
  /** Plain text for the browser's tab. */
  readonly title: string;
  readonly content: Html;
  /** A message needs more room than a form. */
  readonly wide?: boolean;
  /** Stays in the address when the language is changed, such as `view=text`. */
  readonly query?: string;
}

export function page(setting: PageSetting, parts: PageParts): string {
  const { language, words, organisation } = setting;
  const brand = organisation === "" ? words.brand : organisation;
  const other = words.otherLanguage;
  const kept = parts.query === undefined ? "" : `${parts.query}&`;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${parts.title} – ${brand}</title>
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
</head>
<body>
<div class="${parts.wide === true ? "column wide" : "column"}">
<header class="top"><img src="/icon.svg" alt="" width="28" height="28"><span>${brand}</span></header>
<main class="card">
${parts.content}
</main>
<footer class="foot"><a href="?${kept}lang=${other.language}" lang="${other.language}" hreflang="${other.language}">${other.name}</a></footer>
</div>
</body>
</html>
`.markup;
}

/** A word beside its value, which keeps its own direction of writing; "" leaves nothing. */
export function detail(term: string, value: Html | string): Html | undefined {
  if (value === "") return undefined;
  const shown = typeof value === "string" ? html`<bdi>${value}</bdi>` : value;
  return html`<div><dt>${term}</dt><dd>${shown}</dd></div>`;
}
