/**
 * The pages on which a reader answers. The form has a page of its own, so that the message's page
 * stays short on a phone; it needs no script, and whatever goes wrong the text comes back in it.
 */
import { displayLine } from "../base/display-line.ts";
import type { SealedMessage } from "../store/store.ts";
import { faultBox } from "./field-fault.ts";
import { formatInstant } from "./format.ts";
import { type Html, html } from "./html.ts";
import { textPage } from "./notice-page.ts";
import { detail, type PageSetting, page } from "./page.ts";
import { type ReplyFault, replyWordsIn } from "./reply-words.ts";

/** Of one message. */
export const maxReplies = 5;
/** In UTF-16 units, as browsers count `maxlength`; at most 60,000 bytes of UTF-8. */
export const maxReplyLength = 20_000;

export interface ReplyView {
  readonly sealed: SealedMessage;
  /** When the replies so far were written. */
  readonly times: readonly number[];
}

export interface ReplyForm extends ReplyView {
  /** Of the message; may be empty. */
  readonly subject: string;
  readonly text: string;
  readonly fault?: ReplyFault;
}

/** On the message's own page: what was answered, and the way to answer. */
export function replySection(setting: PageSetting, view: ReplyView): Html {
  const words = replyWordsIn(setting.language);
  const { id } = view.sealed;
  const link =
    view.times.length < maxReplies &&
    html`<p class="again"><a class="button" href="/v/${id}/reply?lang=${setting.language}">${words.link}</a></p>`;
  return html`<section class="screen">${timeList(setting, view.times)}${link === false ? undefined : link}</section>`;
}

export function replyPage(setting: PageSetting, form: ReplyForm): string {
  const words = replyWordsIn(setting.language);
  const { language } = setting;
  const { sealed, times, fault } = form;
  const content = html`<h1>${words.title}</h1>
<dl class="facts">
${detail(words.to, displayLine(sealed.sender, 320))}
${detail(words.subject, form.subject)}
</dl>
${timeList(setting, times)}
<form class="write" method="post" action="/v/${sealed.id}/reply?lang=${language}" autocomplete="off">
${fault === undefined ? undefined : faultBox(words.error[fault])}
<input type="hidden" name="number" value="${times.length + 1}">
<label for="text">${words.label}</label>
<textarea id="text" name="text" rows="12" maxlength="${maxReplyLength}" dir="auto" required aria-describedby="text-hint">
${form.text}</textarea>
<p class="hint" id="text-hint">${words.hint}</p>
<button type="submit">${words.button}</button>
</form>
<p class="hint">${words.way} ${words.left(maxReplies - times.length)}</p>
${backLink(setting, sealed)}`;
  return page(setting, { title: words.title, content });
}

export function sentPage(setting: PageSetting, { sealed, times }: ReplyView): string {
  const { sent } = replyWordsIn(setting.language);
  const { title, paragraphs } = sent(displayLine(sealed.sender, 320));
  const content = html`<h1>${title}</h1>
${paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
${timeList(setting, times)}
${backLink(setting, sealed)}`;
  return page(setting, { title, content, query: "view=sent" });
}

export function enoughPage(setting: PageSetting, sealed: SealedMessage): string {
  const words = replyWordsIn(setting.language);
  const href = `/v/${sealed.id}?lang=${setting.language}`;
  return textPage(setting, words.enough(displayLine(sealed.sender, 320)), {
    words: words.back,
    href,
  });
}

/** The session is over and the text would be lost: its writer gets it back. */
export function keptPage(setting: PageSetting, text: string): string {
  const { kept, keptLabel } = replyWordsIn(setting.language);
  const content = html`<h1>${kept.title}</h1>
${kept.paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
<div class="write"><label for="text">${keptLabel}</label>
<textarea id="text" rows="12" dir="auto" readonly>
${text}</textarea></div>`;
  return page(setting, { title: kept.title, content });
}

function timeList(setting: PageSetting, times: readonly number[]): Html | undefined {
  if (times.length === 0) return undefined;
  const words = replyWordsIn(setting.language);
  const rows = times.map((atMs) => {
    const on = formatInstant(atMs, setting.language, setting.timeZone);
    return html`<p class="note">${words.sentOn(on)}</p>`;
  });
  return html`${rows}`;
}

function backLink({ language }: PageSetting, sealed: SealedMessage): Html {
  const { back } = replyWordsIn(language);
  return html`<p class="again"><a class="button quiet" href="/v/${sealed.id}?lang=${language}">${back}</a></p>`;
}
