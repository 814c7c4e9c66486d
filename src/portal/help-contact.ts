/** Whom to call about these pages, where the organisation names somebody. */
import { displayLine } from "../base/display-line.ts";
import { type Html, html } from "./html.ts";
import type { PageSetting } from "./page.ts";

const maxText = 500;

/** undefined without a help contact. `tel:` is RFC 3966 §3, without its visual separators. */
export function helpContact(setting: PageSetting): Html | undefined {
  const { help } = setting.branding;
  if (help === undefined) return undefined;
  const { phone, text } = help;
  return html`<section class="help">
<h2>${setting.words.helpTitle}</h2>
${text && html`<p>${displayLine(text[setting.language], maxText)}</p>`}
${phone && html`<p><a class="phone" href="tel:${phone.replace(/[^\d+]/g, "")}">${phone}</a></p>`}
</section>`;
}
