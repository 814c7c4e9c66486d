/**
 * How the pages look: one card, large text and targets, both colour schemes with a contrast of at
 * least 4.5:1 (WCAG 2.2 SC 1.4.3), 320 pixels without sideways scrolling (SC 1.4.10), paper.
 */
import { frameRules } from "./frame-fit.ts";
import type { Accent, Theme } from "./theme.ts";

export function styleSheet({ light, dark }: Theme): string {
  return `:root{
color-scheme:light dark;
--ground:#eef1f4;--card:#fff;--ink:#17202a;--soft:#52606d;--line:#d3dae1;
${accentVariables(light)}
--error:#a4161a;--error-ground:#fdecec;--note-ground:#f1f4f8;--field-line:#66727f
}
@media (prefers-color-scheme:dark){:root{
--ground:#12171c;--card:#1c232b;--ink:#eef2f6;--soft:#aab6c2;--line:#36414d;
${accentVariables(dark)}
--error:#ffb3b0;--error-ground:#3d1d1f;--note-ground:#252e38;--field-line:#8b98a6
}}
${frameRules()}
${rules}`;
}

function accentVariables({ accent, strong, onAccent }: Accent): string {
  return `--accent:${accent};--accent-strong:${strong};--on-accent:${onAccent};`;
}

/** `colour`: `#rrggbb`, dark enough for white lines. */
export function icon(colour: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="${colour}"/><path d="M6 10h20v13H6z" fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round"/><path d="M6 10l10 8 10-8" fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round"/></svg>\n`;
}

const rules = `*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:1.0625rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
.column{max-width:34rem;margin:0 auto;padding:1rem}
.column.wide{max-width:52rem}
.top{display:flex;flex-wrap:wrap;align-items:center;gap:.375rem .75rem;padding:.25rem .25rem 1rem;font-weight:600}
.top img{flex:none}
.top .logo{height:2.75rem;max-width:100%;object-fit:contain;object-position:left}
@media (prefers-color-scheme:dark){.top .logo{padding:.25rem .5rem;border-radius:.5rem;background:#fff}}
.card{background:var(--card);border:1px solid var(--line);border-radius:.875rem;padding:1.5rem}
h1{margin:0 0 1rem;font-size:1.5rem;line-height:1.25;text-wrap:balance}
h2{margin:1.5rem 0 .375rem;font-size:1.0625rem;line-height:1.35}
p{margin:0 0 .75rem}
.card>:last-child{margin-bottom:0}
a{color:var(--accent)}
a:hover{color:var(--accent-strong)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.facts{margin:0 0 1.25rem;padding:0 0 1rem;border-bottom:1px solid var(--line)}
.facts div{display:grid;grid-template-columns:7.75rem 1fr;gap:.125rem .75rem;padding:.1875rem 0}
.facts dt{color:var(--soft)}
.facts dd{margin:0}
.facts.more{margin:1.5rem 0 0;padding:1rem 0 0;border-bottom:0;border-top:1px solid var(--line)}
.address{display:inline-block;color:var(--soft)}
.again{margin:1.25rem 0 0}
.code label{display:block;font-weight:600}
.code input{display:block;width:100%;margin:.5rem 0;padding:.75rem .875rem;border:2px solid var(--field-line);border-radius:.5rem;background:var(--card);color:var(--ink);font:600 1.375rem/1.3 ui-monospace,"DejaVu Sans Mono",monospace;letter-spacing:.06em;text-transform:uppercase}
.code.own input{text-transform:none;letter-spacing:normal}
.code input[aria-invalid]{border-color:var(--error)}
.write label{display:block;font-weight:600}
.write button{margin-bottom:.75rem}
.write textarea,.write input{display:block;width:100%;margin:.5rem 0;padding:.75rem .875rem;border:2px solid var(--field-line);border-radius:.5rem;background:var(--card);color:var(--ink);font:inherit;resize:vertical}
.write input[aria-invalid]{border-color:var(--error)}
.write .error{margin:.5rem 0}
.write input[type=file]{display:block;width:100%;min-width:0;margin:.5rem 0;padding:.625rem;border:2px solid var(--field-line);border-radius:.5rem;background:var(--card);color:var(--ink);font:inherit;font-size:1rem}
.write ::file-selector-button{margin:0 .75rem 0 0;padding:.5rem .875rem;border:2px solid var(--accent);border-radius:.375rem;background:none;color:var(--accent);font:inherit;font-weight:600;cursor:pointer}
.write ::file-selector-button:hover{background:var(--note-ground)}
button,.button{display:block;width:100%;padding:.875rem 1rem;border:2px solid var(--accent);border-radius:.5rem;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:600;line-height:1.3;text-align:center;text-decoration:none;cursor:pointer}
button:hover,.button:hover{background:var(--accent-strong);border-color:var(--accent-strong);color:var(--on-accent)}
.quiet{background:none;color:var(--accent)}
.quiet:hover{background:var(--note-ground);border-color:var(--accent);color:var(--accent-strong)}
fieldset{margin:0 0 1.25rem;padding:0;border:0}
legend{padding:0;font-weight:600}
.choice{margin:.25rem 0 1rem}
fieldset .choice{margin:.25rem 0}
.choice label{display:flex;gap:.75rem;align-items:center;min-height:2.75rem;cursor:pointer}
.choice input{flex:none;width:1.375rem;height:1.375rem;margin:0;accent-color:var(--accent)}
.words{margin:-.5rem 0 .25rem}
.secret{margin:0 0 1.25rem;padding:.75rem .875rem;border-radius:.5rem;background:var(--note-ground);font:700 1.5rem/1.3 ui-monospace,"DejaVu Sans Mono",monospace;text-align:center}
.hint{margin:0 0 .75rem;color:var(--soft);font-size:.9375rem}
.error{margin:0 0 1rem;padding:.75rem .875rem;border-left:4px solid var(--error);border-radius:.25rem;background:var(--error-ground);color:var(--error)}
.error p{margin:0}
.error p:first-child{font-weight:600}
.help{margin-top:1.5rem;padding-top:.25rem;border-top:1px solid var(--line)}
.help h2{margin-top:1rem}
.help :last-child{margin-bottom:0}
.body{margin-bottom:1.25rem}
.text{white-space:pre-wrap;tab-size:4}
@media (min-width:40rem){.actions button,.wide .again .button{width:auto;min-width:16rem}.wide .again .button{display:inline-block}}
.mail{display:block;width:100%;height:40rem;resize:vertical;overflow:auto;border:1px solid var(--line);border-radius:.5rem;background:#fff}
.switch{margin:.75rem 0 0}
.note{margin:.75rem 0 0;padding:.625rem .875rem;border-radius:.5rem;background:var(--note-ground)}
.going{margin:0 0 1.25rem}
.going bdi{white-space:nowrap}
.note p:last-child{margin:0}
.paper{display:none}
.files{list-style:none;margin:.5rem 0 0;padding:0}
.files li{margin:0 0 .5rem}
.files a{display:grid;grid-template-columns:1fr auto;gap:.125rem 1rem;align-items:baseline;padding:.75rem .875rem;border:1px solid var(--line);border-radius:.5rem;text-decoration:none}
.files a:hover{background:var(--note-ground)}
.files .name{font-weight:600}
.files .size{grid-row:2;color:var(--soft);font-size:.9375rem}
.files .save{grid-row:1/3;grid-column:2;align-self:center;text-decoration:underline}
.pictures{margin-top:.75rem}
.pictures summary{cursor:pointer;padding:.5rem 0}
.actions{margin-top:1.5rem;padding-top:1.25rem;border-top:1px solid var(--line)}
.actions .files{margin-top:0}
.actions form{margin:1.25rem 0 .75rem}
.actions>:last-child{margin-bottom:0}
.foot{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;padding:.75rem .25rem}
.foot a{padding:.5rem 0}
.foot .language{margin-left:auto}
.foot button{width:auto;padding:.5rem 0;border:0;background:none;color:var(--accent);font-weight:400;line-height:inherit;text-decoration:underline}
.foot button:hover{background:none;color:var(--accent-strong)}
.phone{display:inline-block;padding:.375rem 0;font-weight:600}
@media (max-width:30rem){
.column{padding:.75rem}
.card{padding:1.125rem 1rem}
h1{font-size:1.375rem;margin-bottom:.75rem}
.facts{margin-bottom:.875rem;padding-bottom:.625rem}
.facts div{grid-template-columns:1fr;padding:.1875rem 0}
fieldset .choice{margin:.625rem 0}
.files .name{grid-column:1/3}
.files .save{grid-row:2}
.words{margin:0 0 .125rem;font-size:.9375rem}
.words+.hint{margin-bottom:.625rem}
}
@media print{
:root{--ground:#fff;--card:#fff;--ink:#000;--soft:#333;--line:#999;--accent:#000;--note-ground:#fff}
@page{margin:2cm}
body{font-size:11pt}
a{color:inherit;text-decoration:none}
.column,.column.wide{max-width:none;padding:0}
.card{border:0;padding:0}
.top .logo{padding:0}
.mail,.switch,.screen,.pictures,.actions,.foot,.save,button{display:none}
.paper{display:block}
.facts,.files li{break-inside:avoid}
h1,h2{break-after:avoid}
}
`;
