/**
 * The form for the code: who wrote, to whom, one field, until when, and where the code comes
 * from; on a small phone the field is on the first screen. It shows nothing that the mail with the
 * link did not say but two check words, and never repeats what was typed. WCAG 2.2 SC 1.3.5, 3.3.1, 3.3.8: named field,
 * error tied to it, pasting allowed.
 */

import { displayLine } from "../base/display-line.ts";
import { checkWordsOf } from "../seal/check-words.ts";
import type { LinkedMessage } from "./code-entry.ts";
import { faultBox, fieldMarks } from "./field-fault.ts";
import { formatInstant } from "./format.ts";
import { helpContact } from "./help-contact.ts";
import { type Html, html } from "./html.ts";
import { manageWordsIn } from "./manage-words.ts";
import { noCodeLink } from "./no-code.ts";
import { detail, type PageSetting, page } from "./page.ts";

export type CodeFault =
  | { readonly kind: "empty" | "length" | "character" | "check" }
  | { readonly kind: "wrong"; readonly triesLeft: number };

export function codePage(
  setting: PageSetting,
  { message, token }: Pick<LinkedMessage, "message" | "token">,
  fault: CodeFault | undefined,
): string {
  const { words, language, timeZone } = setting;
  const { form } = words;
  const { checkWords, checkWordsHint } = manageWordsIn(language);
  const sender = displayLine(message.sender, 320);
  const content = html`<h1>${form.title}</h1>
<dl class="facts">
${detail(form.from, sender)}
${detail(form.to, displayLine(message.recipient, 320))}
</dl>
<p class="words" id="check-words">${checkWords}: <strong>${checkWordsOf(token)[language]}</strong></p>
<p class="hint" id="words-hint">${checkWordsHint}</p>
${codeForm(setting, fault)}
<dl class="facts more">
${detail(form.sent, formatInstant(message.createdAt, language, timeZone))}
${detail(form.until, formatInstant(message.expiresAt, language, timeZone))}
</dl>
<section class="help">
<h2>${form.whereTitle}</h2>
<p>${form.where(sender)}</p>
<p>${form.never}</p>
<h2>${form.noCodeTitle}</h2>
<p>${form.noCode}</p>
${noCodeLink(setting)}
</section>
${helpContact(setting)}`;
  return page(setting, { title: form.title, content, failed: fault !== undefined });
}

function codeForm(setting: PageSetting, fault: CodeFault | undefined): Html {
  const { form } = setting.words;
  return html`<form method="post" class="code" autocomplete="off">
<label for="code">${form.label}</label>
${fault && codeFaultBox(setting, fault)}
<input id="code" name="code" type="text" inputmode="text" autocapitalize="characters" autocomplete="one-time-code" autocorrect="off" spellcheck="false" maxlength="64" required${fieldMarks("code", fault !== undefined, ["check-words", "words-hint"])}>
<p class="hint" id="code-hint">${form.hint}</p>
<button type="submit">${form.open}</button>
</form>`;
}

function codeFaultBox(setting: PageSetting, fault: CodeFault): Html {
  const words = setting.words.codeError;
  const lines =
    fault.kind === "wrong"
      ? [`${words.wrong} ${words.left(fault.triesLeft)}`, words.wrongAdvice]
      : [words[fault.kind], words.notCounted];
  return faultBox(lines, "code-error");
}
