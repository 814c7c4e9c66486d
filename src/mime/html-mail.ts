/**
 * The HTML part of a mail of ours: no script, no picture, nothing remote, nothing hidden. Styled in
 * place, because mail programs drop style sheets; the one sheet there is only turns colours dark
 * and margins narrow. Without any style it is a plain document in the right order.
 */
import { darkSurface, isColour, lightSurface, standingOut } from "../base/colour.ts";
import { displayLine } from "../base/display-line.ts";
import { escapeHtml } from "../base/escape-html.ts";
import type { Language } from "../base/language.ts";
import type { MailStyle } from "./template-style.ts";

export interface HtmlSection {
  readonly language: Language;
  /** Plain text. */
  readonly heading: string;
  /** What to say first to who reads another language, as text; undefined for nothing. */
  readonly elsewhere: { readonly language: Language; readonly text: string } | undefined;
  /** HTML, made of the pieces below. */
  readonly content: readonly string[];
}

/** Label and value of a row as plain text; `code` sets it apart to be read out, `link` is one. */
export type FactRow = readonly [label: string, value: string, kind?: "code" | "link"];

/** Links side by side, each with its words; for the HTML part alone. */
export type ActionRow = readonly [label: string, links: readonly RowLink[], kind: "actions"];

export interface RowLink {
  readonly text: string;
  readonly url: string;
}

const usualAccent = "#0b5cab";
const fonts = "system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const codeFonts = "ui-monospace,Consolas,Menlo,'DejaVu Sans Mono',monospace";
const softInk = "#52606d";
const line = "#d3dae1";
const boxGround = "#f1f4f8";
const darkBox = "#252e38";
const codeLook = `font-family:${codeFonts};font-size:22px;font-weight:700;letter-spacing:1px;white-space:nowrap`;
const breaking = "overflow-wrap:anywhere;word-break:break-word";

/** On a telephone a label stands above its value. */
const narrowSheet =
  "@media (max-width:480px){.mx-ground{padding:8px!important}.mx-card{padding:16px!important}" +
  ".mx-facts th,.mx-facts td{display:block!important;width:auto!important;padding:0!important}" +
  ".mx-facts td{padding-bottom:8px!important}" +
  // A PDF's code of four groups has to fit as well.
  ".mx-facts td.mx-code{font-size:19px!important;letter-spacing:0!important}}";

/** `title`: plain text, for programs that show a mail as a document. */
export function htmlMail(
  title: string,
  sections: readonly HtmlSection[],
  style: MailStyle,
): string {
  const accent = accentOf(style);
  const brand = style.organisation === "" ? "" : brandLine(style.organisation, accent);
  const bodies = sections.map((section, index) => sectionHtml(section, index));
  const rule = `<hr class="mx-line" style="border:0;border-top:1px solid ${line};margin:28px 0">`;
  return `<!DOCTYPE html>
<html lang="${sections[0]?.language ?? "de"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(title)}</title>
<style>
${darkSheet(accent)}
${narrowSheet}
</style>
</head>
<body class="mx-ground" style="margin:0;padding:24px 16px;background:${lightSurface.ground}">
<div class="mx-card" style="max-width:600px;margin:0 auto;padding:24px 28px;background:${lightSurface.card};color:${lightSurface.ink};border:1px solid ${line};border-top:5px solid ${accent};border-radius:8px;font-family:${fonts};font-size:16px;line-height:1.5;${breaking}">
${brand}${bodies.join(`\n${rule}\n`)}
</div>
</body>
</html>
`;
}

/** Plain text as a paragraph; `soft` in a quieter colour, with `lead` before it in bold. */
export function paragraph(
  text: string,
  options: { readonly soft?: boolean; readonly lead?: string } = {},
): string {
  const { soft = false, lead } = options;
  const first = lead === undefined ? "" : `<strong>${escapeHtml(lead)}</strong> `;
  const look = soft
    ? ` class="mx-soft" style="margin:0 0 12px;color:${softInk};font-size:15px"`
    : ` style="margin:0 0 14px"`;
  return `<p${look}>${first}${escapeHtml(text)}</p>`;
}

/** An address in full, which is all that the link says. */
export function linkBox(url: string, style: MailStyle): string {
  const accent = accentOf(style);
  const link = escapeHtml(url);
  const look = `margin:8px 0 0;padding:12px 14px;background:${boxGround};border-left:4px solid ${accent};border-radius:4px;word-break:break-all`;
  return `<p class="mx-box" style="${look}"><a class="mx-accent" href="${link}" style="color:${accent}">${link}</a></p>`;
}

/** HTML of each step, numbered by whoever shows the mail. */
export function steps(items: readonly string[]): string {
  const lines = items.map((item) => `<li style="margin:0 0 14px">${item}</li>`);
  return `<ol style="margin:0 0 18px;padding-left:24px">\n${lines.join("\n")}\n</ol>`;
}

/** Label and value of each row as plain text; between two lines. */
export function factTable(rows: readonly FactRow[]): string {
  const look = `padding:8px 0;border-top:1px solid ${line};border-bottom:1px solid ${line}`;
  return tableHtml(rows, { attributes: `class="mx-facts mx-line" style="${tableLook};${look}"` });
}

/** Several of them, each set apart from the others. */
export function factBoxes(
  tables: readonly (readonly (FactRow | ActionRow)[])[],
  style: MailStyle,
): string {
  const accent = accentOf(style);
  const look = `padding:10px 14px;background:${boxGround};border-left:4px solid ${accent};border-radius:4px`;
  const attributes = `class="mx-facts mx-box" style="${tableLook};${look}"`;
  // Without styles the marks of a list still tell where one ends and the next begins.
  const items = tables.map(
    (rows) => `<li style="margin:0">${tableHtml(rows, { attributes, accent })}</li>`,
  );
  return `<ul style="margin:0;padding:0;list-style:none">\n${items.join("\n")}\n</ul>`;
}

const tableLook = "width:100%;margin:0 0 18px;border-collapse:separate;border-spacing:0";

/** Alignment in attributes too, which outlive styles. */
function tableHtml(
  rows: readonly (FactRow | ActionRow)[],
  { attributes, accent = usualAccent }: { readonly attributes: string; readonly accent?: string },
): string {
  const lines = rows.map((row) => {
    const [label, , kind] = row;
    const head = `<th class="mx-soft" scope="row" align="left" valign="top" style="width:30%;padding:4px 14px 4px 0;text-align:left;vertical-align:baseline;font-weight:400;color:${softInk};overflow-wrap:normal;word-break:normal">${escapeHtml(label)}</th>`;
    const [mark, look] = kind === "code" ? [' class="mx-code"', codeLook] : ["", breaking];
    const shown = valueHtml(row, accent);
    return `<tr>${head}<td${mark} valign="top" style="padding:4px 0;vertical-align:baseline;${look}"><bdi>${shown}</bdi></td></tr>`;
  });
  return `<table ${attributes}>\n${lines.join("\n")}\n</table>`;
}

function valueHtml(row: FactRow | ActionRow, accent: string): string {
  if (row[2] === "actions") return row[1].map((link) => actionHtml(link, accent)).join("\n");
  const text = escapeHtml(row[1]);
  if (row[2] !== "link") return text;
  return `<a class="mx-accent" href="${text}" style="color:${accent}">${text}</a>`;
}

/** Apart enough for a thumb. */
function actionHtml({ text, url }: RowLink, accent: string): string {
  const look = `color:${accent};display:inline-block;margin:0 16px 0 0;padding:6px 0`;
  return `<a class="mx-accent" href="${escapeHtml(url)}" style="${look}">${escapeHtml(text)}</a>`;
}

function sectionHtml(section: HtmlSection, index: number): string {
  const level = index === 0 ? "h1" : "h2";
  const heading = `<${level} style="margin:0 0 14px;font-size:22px;line-height:1.3">${escapeHtml(section.heading)}</${level}>`;
  const { elsewhere } = section;
  const pointer =
    elsewhere === undefined
      ? ""
      : `<p class="mx-soft" lang="${elsewhere.language}" style="margin:0 0 14px;color:${softInk};font-size:15px">${escapeHtml(elsewhere.text)}</p>\n`;
  return `<div lang="${section.language}">\n${heading}\n${pointer}${section.content.join("\n")}\n</div>`;
}

function brandLine(organisation: string, accent: string): string {
  return `<p class="mx-accent" style="margin:0 0 16px;color:${accent};font-weight:600">${escapeHtml(displayLine(organisation, 200))}</p>\n`;
}

/** What is no colour would end the style it stands in. */
function accentOf({ accentColour }: MailStyle): string {
  return accentColour !== undefined && isColour(accentColour) ? accentColour : usualAccent;
}

function darkSheet(accent: string): string {
  const shown = standingOut(accent, darkBox, "#ffffff");
  const rules = [
    `.mx-ground{background:${darkSurface.ground}!important}`,
    `.mx-card{background:${darkSurface.card}!important;color:${darkSurface.ink}!important;border-color:#36414d!important;border-top-color:${shown}!important}`,
    `.mx-box{background:${darkBox}!important;border-left-color:${shown}!important}`,
    `.mx-accent{color:${shown}!important}`,
    ".mx-soft{color:#aab6c2!important}",
    ".mx-line{border-color:#36414d!important}",
  ];
  return `@media (prefers-color-scheme:dark){${rules.join("")}}`;
}
