/**
 * The form for the code: who wrote, to whom, one field, until when, and where the code comes
 * from; on a small phone the field is on the first screen. It shows nothing that the mail with the
 * link did not say but two check words, and never repeats what was typed. WCAG 2.2 SC 1.3.5, 3.3.1, 3.3.8: named field,
 * error tied to it, pasting allowed.
 */

import { displayLine } from "../base/display-line.ts";
import { formOf, isAgreedBefore } from "../gate/try-code.ts";
import { checkWordsOf } from "../seal/check-words.ts";
import { agreedWordsIn } from "./agreed-words.ts";
import type { LinkedMessage } from "./code-entry.ts";
import { faultBox, fieldMarks } from "./field-fault.ts";
import { formatInstant } from "./format.ts";
import { helpContact } from "./help-contact.ts";
import { type Html, html } from "./html.ts";
import { manageWordsIn } from "./manage-words.ts";
import { noCodeLink } from "./no-code.ts";
import { detail, type PageSetting, page } from "./page.ts";

export type CodeFault =
  | { readonly kind: "empty" | "length" | "character" | "check" | "short" | "long" | "outdated" }
  | { readonly kind: "wrong"; readonly triesLeft: number };

export function codePage(
  setting: PageSetting,
  link: Pick<LinkedMessage, "message" | "token" | "remembered">,
  fault: CodeFault | undefined,
): string {
  const { message, token } = link;
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
${codeForm(setting, link, fault)}
<dl class="facts more">
${detail(form.sent, formatInstant(message.createdAt, language, timeZone))}
${detail(form.until, formatInstant(message.expiresAt, language, timeZone))}
</dl>
<section class="help">
<h2>${form.whereTitle}</h2>
<p>${isAgreedBefore(link.remembered, message) ? agreedWordsIn(language).where(sender) : form.where(sender)}</p>
<p>${form.never}</p>
<h2>${form.noCodeTitle}</h2>
<p>${form.noCode}</p>
${noCodeLink(setting)}
</section>
${helpContact(setting)}`;
  return page(setting, { title: form.title, content, failed: fault !== undefined });
}

type Link = Pick<LinkedMessage, "message" | "remembered">;

function codeForm(setting: PageSetting, link: Link, fault: CodeFault | undefined): Html {
  const { form } = setting.words;
  const own = formOf(link.remembered) === "own";
  const marks = fieldMarks("code", fault !== undefined, ["check-words", "words-hint"]);
  return html`<form method="post" class="${own ? "code own" : "code"}" autocomplete="off">
<label for="code">${form.label}</label>
${fault && faultBox(faultLines(setting, link, fault), "code-error")}
<input id="code" name="code" type="text" inputmode="text" autocapitalize="${own ? "none" : "characters"}" autocomplete="one-time-code" autocorrect="off" spellcheck="false" maxlength="${own ? 200 : 64}" required${marks}>
<p class="hint" id="code-hint">${hintOn(setting, link)}</p>
<button type="submit">${form.open}</button>
</form>`;
}

function hintOn(setting: PageSetting, { remembered, message }: Link): string {
  const { form } = setting.words;
  const agreed = agreedWordsIn(setting.language);
  if (formOf(remembered) === "own") return agreed.hintOwn;
  return isAgreedBefore(remembered, message) ? `${agreed.hint} ${form.hint}` : form.hint;
}

function faultLines(
  { words, language }: PageSetting,
  { remembered }: Link,
  fault: CodeFault,
): readonly string[] {
  const { codeError } = words;
  const agreed = agreedWordsIn(language);
  switch (fault.kind) {
    case "wrong":
      return [
        `${codeError.wrong} ${codeError.left(fault.triesLeft)}`,
        remembered === undefined ? codeError.wrongAdvice : agreed.wrong,
      ];
    case "short":
    case "long":
      return [agreed.fault[fault.kind], codeError.notCounted];
    case "outdated":
      return [agreed.fault.outdated, codeError.notCounted];
    case "empty":
    case "length":
    case "character":
    case "check":
      return [codeError[fault.kind], codeError.notCounted];
  }
}
