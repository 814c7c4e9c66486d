/**
 * Everything that can be said instead of a form or a message, each with the HTTP status that
 * machines understand (RFC 9110 §15). Every page says what happened and what the reader can do.
 */
import { displayLine } from "../base/display-line.ts";
import { formatHour, formatInstant } from "./format.ts";
import { helpContact } from "./help-contact.ts";
import { html } from "./html.ts";
import { type PageSetting, page } from "./page.ts";
import type { NoticeWords, Words } from "./words.ts";

type ToldKind = "paused" | "locked" | "expired" | "recalled";
type PlainKind = Exclude<keyof Words["notice"], ToldKind | "lockedForGood">;

export type Notice =
  | { readonly kind: "paused"; readonly untilAt: number; readonly sender: string }
  /** `untilAt` null: until there is a new code. */
  | { readonly kind: "locked"; readonly untilAt: number | null; readonly sender: string }
  | { readonly kind: "recalled"; readonly recalledAt: number; readonly sender: string }
  | { readonly kind: "expired"; readonly expiresAt: number; readonly sender: string }
  | { readonly kind: PlainKind };

const statusOf: Readonly<Record<Notice["kind"], number>> = {
  paused: 429,
  locked: 403,
  expired: 410,
  recalled: 410,
  unknownLink: 404,
  sessionEnded: 403,
  closed: 200,
  busy: 503,
  trouble: 503,
  notFound: 404,
  badRequest: 400,
  tooLarge: 413,
  damaged: 500,
  fault: 500,
};

export function noticeStatus(notice: Notice): number {
  return statusOf[notice.kind];
}

/** Seconds after which trying again makes sense (RFC 9110 §10.2.3). */
export function retryAfterSeconds(notice: Notice, nowMs: number): number | undefined {
  if (notice.kind === "paused") return Math.max(1, Math.ceil((notice.untilAt - nowMs) / 1000));
  return notice.kind === "busy" || notice.kind === "trouble" ? 30 : undefined;
}

export function noticePage(setting: PageSetting, notice: Notice): string {
  const again = { words: setting.words.again, href: `?lang=${setting.language}` };
  return textPage(setting, noticeWords(setting, notice), passes(notice) ? again : undefined);
}

/** Trying the same address again makes sense. */
function passes({ kind }: Notice): boolean {
  return kind === "paused" || kind === "busy" || kind === "trouble";
}

interface Action {
  readonly words: string;
  readonly href: string;
}

/** A page of nothing but words, and perhaps one thing to do. */
export function textPage(setting: PageSetting, words: NoticeWords, action?: Action): string {
  const link =
    action &&
    html`<p class="again"><a class="button" href="${action.href}">${action.words}</a></p>`;
  const content = html`<h1>${words.title}</h1>
${words.paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
${link}
${helpContact(setting)}`;
  return page(setting, { title: words.title, content });
}

function noticeWords(setting: PageSetting, notice: Notice): NoticeWords {
  const words = setting.words.notice;
  if (!("sender" in notice)) return words[notice.kind];
  const { language, timeZone } = setting;
  const sender = displayLine(notice.sender, 320);
  const instant = (atMs: number): string => formatInstant(atMs, language, timeZone);
  switch (notice.kind) {
    case "paused":
      return words.paused(formatHour(notice.untilAt, language, timeZone), sender);
    case "locked":
      if (notice.untilAt === null) return words.lockedForGood(sender);
      return words.locked(instant(notice.untilAt), sender);
    case "expired":
      return words.expired(instant(notice.expiresAt), sender);
    case "recalled":
      return words.recalled(instant(notice.recalledAt), sender);
  }
}
