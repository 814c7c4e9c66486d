/**
 * The opened message: who, when, subject, text, attachments, the original. HTML stands in a
 * sandboxed frame; a reader may always have plain text instead, and paper always gets it,
 * because a frame prints only what is seen of it.
 */

import { displayLine } from "../base/display-line.ts";
import { cleanFileName } from "../mime/file-name.ts";
import type { Person, ReadableAttachment, ReadableMessage } from "../mime/readable-message.ts";
import { extensionOf } from "../mime/type-extension.ts";
import type { SealedMessage } from "../store/sealed-store.ts";
import { formatInstant, formatSize } from "./format.ts";
import { type Html, html } from "./html.ts";
import { detail, type PageSetting, page } from "./page.ts";
import { replySection } from "./reply-page.ts";
import type { MessageWords } from "./words.ts";

export interface MessageView {
  readonly sealed: SealedMessage;
  /** Why nothing but the original is offered, or the message. */
  readonly content: "too-large" | "unreadable" | ReadableMessage;
  /** `html` only where the message has HTML. */
  readonly body: "text" | "html";
  /** Of the frame, which they make as high as the mail. */
  readonly frameClasses: string;
  readonly remoteCount: number;
  /** Content-IDs of pictures that the body shows. */
  readonly shown: ReadonlySet<string>;
  /** When it was answered; undefined: it cannot be. */
  readonly replyTimes: readonly number[] | undefined;
}

const maxShownPeople = 20;
const maxShownAttachments = 200;

export function messagePage(setting: PageSetting, view: MessageView): string {
  const words = setting.words.message;
  const { sealed, content } = view;
  const whole = typeof content === "string" ? undefined : content;
  const title = whole === undefined || whole.subject === "" ? words.noSubject : whole.subject;
  const until = formatInstant(sealed.expiresAt, setting.language, setting.timeZone);
  const shown = html`<h1><bdi>${title}</bdi></h1>
${facts(setting, sealed, whole)}
${whole === undefined ? note(content === "too-large" ? words.tooLarge : words.unreadable) : readable(setting, view, whole)}
${view.replyTimes && replySection(setting, { sealed, times: view.replyTimes })}
<section class="actions">
<ul class="files">${fileRow(setting, `/v/${sealed.id}/eml`, { name: words.original, bytes: sealed.sizeBytes })}</ul>
<p class="hint">${words.originalHint}</p>
<form method="post" action="/v/${sealed.id}/close?lang=${setting.language}"><button class="quiet" type="submit">${words.close}</button></form>
<p class="hint">${words.session(until)}</p>
</section>`;
  const query = view.body === "text" && whole?.html !== undefined ? { query: "view=text" } : {};
  return page(setting, { title, content: shown, wide: true, ...query });
}

/** The name under which attachment `index` (from 0) is saved. */
export function attachmentName(
  attachment: ReadableAttachment,
  index: number,
  words: MessageWords,
): string {
  const extension = extensionOf(attachment.mimeType);
  return cleanFileName(attachment.name ?? "", words.attachmentFallback(index + 1) + extension);
}

function facts(
  setting: PageSetting,
  sealed: SealedMessage,
  message: ReadableMessage | undefined,
): Html {
  const words = setting.words.message;
  const sentAt = message?.sentAt ?? sealed.createdAt;
  const from = peopleOr(message?.from, sealed.sender);
  const to = peopleOr(message?.to, sealed.recipient);
  return html`<dl class="facts">
${detail(words.from, peopleList(from, words))}
${detail(words.to, peopleList(to, words))}
${detail(words.copy, peopleList(message?.cc ?? [], words))}
${detail(words.sent, formatInstant(sentAt, setting.language, setting.timeZone))}
</dl>`;
}

/** The envelope's address where the header names nobody. */
function peopleOr(people: readonly Person[] | undefined, address: string): readonly Person[] {
  if (people !== undefined && people.length > 0) return people;
  return [{ name: "", address: displayLine(address, 320) }];
}

function peopleList(people: readonly Person[], words: MessageWords): Html | "" {
  if (people.length === 0) return "";
  const more = people.length - maxShownPeople;
  return html`${people.slice(0, maxShownPeople).map((person, index) => {
    const { name, address } = person;
    const shown =
      name === ""
        ? html`<bdi>${address}</bdi>`
        : html`<bdi>${name}</bdi> <bdi class="address">${address}</bdi>`;
    return html`${index === 0 ? "" : ", "}${shown}`;
  })}${more > 0 ? ` ${words.and(more)}` : undefined}`;
}

function readable(setting: PageSetting, view: MessageView, message: ReadableMessage): Html {
  const words = setting.words.message;
  const asHtml = view.body === "html";
  return html`<section class="body" aria-label="${words.text}">
${asHtml ? frame(setting, view) : text(message, words)}
${asHtml ? html`<div class="paper">${text(message, words)}</div>` : undefined}
${message.html === undefined ? undefined : otherView(setting, view)}
</section>
${attachmentList(setting, view, message)}`;
}

function frame(setting: PageSetting, view: MessageView): Html {
  const words = setting.words.message;
  return html`<iframe class="mail ${view.frameClasses}" src="/v/${view.sealed.id}/body?lang=${setting.language}" title="${words.text}" sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"></iframe>
${view.remoteCount > 0 ? html`<div class="screen">${note(words.remote(view.remoteCount))}</div>` : undefined}`;
}

function text(message: ReadableMessage, words: MessageWords): Html {
  if (message.textTooLong) return note(words.textTooLong);
  if (message.text === "") return note(words.noText);
  return html`<div class="text" dir="auto">${message.text}</div>`;
}

function otherView(setting: PageSetting, view: MessageView): Html {
  const words = setting.words.message;
  const [target, label] = view.body === "html" ? ["text", words.asText] : ["html", words.asHtml];
  return html`<p class="switch"><a href="?view=${target}&amp;lang=${setting.language}">${label}</a></p>`;
}

function attachmentList(setting: PageSetting, view: MessageView, message: ReadableMessage): Html {
  const words = setting.words.message;
  const numbered = message.attachments.map((attachment, index) => ({ attachment, index }));
  const inText = numbered.filter(
    ({ attachment: { contentId = "", picture } }) =>
      picture !== undefined && view.shown.has(contentId),
  );
  const files = numbered.filter((entry) => !inText.includes(entry)).slice(0, maxShownAttachments);
  const more = numbered.length - inText.length - files.length;
  const rows = (entries: typeof numbered): Html =>
    html`<ul class="files">${entries.map(({ attachment, index }) =>
      attachmentRow(setting, view.sealed.id, attachment, index),
    )}</ul>`;
  return html`${
    files.length === 0
      ? undefined
      : html`<section><h2>${words.attachments(files.length + more)}</h2>${rows(files)}${
          more > 0 ? html`<p>${words.moreAttachments(more)}</p>` : undefined
        }</section>`
  }${
    inText.length === 0
      ? undefined
      : html`<details class="pictures"><summary>${words.pictures(inText.length)}</summary>${rows(
          inText.slice(0, maxShownAttachments),
        )}</details>`
  }`;
}

function attachmentRow(
  setting: PageSetting,
  messageId: string,
  attachment: ReadableAttachment,
  index: number,
): Html {
  const name = attachmentName(attachment, index, setting.words.message);
  const bytes = attachment.sizeBytes;
  return fileRow(setting, `/v/${messageId}/part/${index + 1}`, { name, bytes });
}

interface FileFacts {
  readonly name: string;
  readonly bytes: number;
}

function fileRow({ language, words }: PageSetting, path: string, { name, bytes }: FileFacts): Html {
  const size = formatSize(bytes, language);
  return html`<li><a href="${path}?lang=${language}"><span class="name"><bdi>${name}</bdi></span><span class="size">${size}</span><span class="save">${words.message.save}</span></a></li>`;
}

function note(sentence: string): Html {
  return html`<p class="note">${sentence}</p>`;
}
