/**
 * The pages on which a reader answers. The form has a page of its own, so that the message's page
 * stays short on a phone; it needs no script, and whatever goes wrong the text comes back in it.
 */
import { displayLine } from "../base/display-line.ts";
import type { SealedMessage } from "../store/sealed-store.ts";
import { faultBox, fieldMarks } from "./field-fault.ts";
import { formatInstant } from "./format.ts";
import { type Html, html } from "./html.ts";
import { textPage } from "./notice-page.ts";
import { detail, type PageSetting, page } from "./page.ts";
import type { WrittenReply } from "./reply-form.ts";
import { type FileLimits, maxReplies, maxReplyLength } from "./reply-limits.ts";
import { type ReplyFault, replyWordsIn } from "./reply-words.ts";

export interface ReplyView {
  readonly sealed: SealedMessage;
  /** When the replies so far were written. */
  readonly times: readonly number[];
}

export interface ReplyForm extends ReplyView {
  /** Of the message; may be empty. */
  readonly subject: string;
  readonly text: string;
  readonly limits: FileLimits;
  readonly fault?: ReplyFault;
  /** Files had been chosen, which no page can keep. */
  readonly hadFiles: boolean;
}

const formId = "write";

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
  const { sealed, times, limits } = form;
  const withFiles = limits.maxFiles > 0;
  const field = form.fault && fieldAtFault(form.fault);
  const content = html`<h1>${words.title}</h1>
<dl class="facts">
${detail(words.to, displayLine(sealed.sender, 320))}
${detail(words.subject, form.subject)}
</dl>
${timeList(setting, times)}
<form id="${formId}" class="write" method="post" action="/v/${sealed.id}/reply?lang=${language}"${withFiles ? html` enctype="multipart/form-data"` : undefined} autocomplete="off">
${faultOf(setting, form) ?? filesGone(setting, form)}
<input type="hidden" name="number" value="${times.length + 1}">
<label for="text">${words.label}</label>
<textarea id="text" name="text" rows="12" maxlength="${maxReplyLength}" dir="auto"${withFiles ? undefined : html` required`}${fieldMarks("text", field === "text")}>
${form.text}</textarea>
<p class="hint" id="text-hint">${words.hint(withFiles)}</p>
${withFiles ? fileField(setting, limits, field === "file") : undefined}
<button type="submit">${words.button}</button>
</form>
<p class="hint">${words.way} ${words.left(maxReplies - times.length)}</p>
${backLink(setting, sealed)}`;
  const failed = form.fault !== undefined;
  return page(setting, { title: words.title, content, failed, keepForm: formId });
}

/** Of the faults the other fields' and nobody's bring the reader to the text. */
function fieldAtFault(fault: ReplyFault): "text" | "file" {
  return fault === "files" || fault === "size" ? "file" : "text";
}

function faultOf(setting: PageSetting, { fault, hadFiles, limits }: ReplyForm): Html | undefined {
  if (fault === undefined) return undefined;
  const { error, chooseAgain } = replyWordsIn(setting.language);
  const text = error(limits.maxFiles, `${limits.maxMib} MB`)[fault];
  return faultBox(hadFiles ? `${text} ${chooseAgain}` : text, `${fieldAtFault(fault)}-error`);
}

/** After a change of language. */
function filesGone({ language }: PageSetting, { hadFiles }: ReplyForm): Html | undefined {
  if (!hadFiles) return undefined;
  return html`<p class="note going" role="status">${replyWordsIn(language).chooseAgain}</p>`;
}

/** A binary megabyte is more than a decimal one: whichever a machine shows, the limit holds. */
function fileField(setting: PageSetting, limits: FileLimits, failed: boolean): Html {
  const { maxFiles, maxMib } = limits;
  const words = replyWordsIn(setting.language);
  return html`<label for="file">${words.fileLabel}</label>
<input type="file" id="file" name="file" multiple${fieldMarks("file", failed)}>
<p class="hint" id="file-hint">${words.fileHint(maxFiles, `${maxMib} MB`)}</p>`;
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

/** The message was closed while the reply was on its way here, and stays closed: no word of it. */
export function sentAndClosedPage(setting: PageSetting): string {
  const { sent, closed, theSender } = replyWordsIn(setting.language);
  const { title, paragraphs } = sent(theSender);
  const content = html`<h1>${title}</h1>
${[...paragraphs, closed].map((paragraph) => html`<p>${paragraph}</p>`)}`;
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
export function keptPage(
  setting: PageSetting,
  { text, hadFiles }: WrittenReply,
  isAgain: boolean,
): string {
  const { kept, keptAgain, keptEmpty, keptLabel, keptFiles } = replyWordsIn(setting.language);
  if (text.trim() === "") return textPage(setting, keptEmpty(isAgain));
  const { title, paragraphs } = isAgain ? keptAgain : kept;
  const content = html`<h1>${title}</h1>
${paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
${hadFiles ? html`<p>${keptFiles}</p>` : undefined}
<form id="${formId}" class="write" method="post" autocomplete="off"><label for="text">${keptLabel}</label>
${hadFiles ? html`<input type="hidden" name="file" value="1">` : undefined}
<textarea id="text" name="text" rows="12" dir="auto" readonly>
${text}</textarea></form>`;
  return page(setting, { title, content, keepForm: formId });
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
