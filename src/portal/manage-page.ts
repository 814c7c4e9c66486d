/**
 * The sender's pages: what became of one sealed message, and one page per action that says what will
 * happen before it does. A word must be typed, so that a mail scanner which ticks every box and sends
 * off every form changes nothing. They show neither content nor the recipient's link.
 */
import { displayLine } from "../base/display-line.ts";
import type { PhoneNumber } from "../base/phone-number.ts";
import type { RenewedCode } from "../gate/renew-code.ts";
import { englishSpelling, germanSpelling, spell } from "../mime/spelling.ts";
import { codeVersionOf } from "../seal/code-version.ts";
import { formatManageToken } from "../seal/manage-token.ts";
import { leastLifeMs } from "../store/manage-store.ts";
import { stateOf } from "../store/message-state.ts";
import type { RememberedCode } from "../store/remembered-store.ts";
import type { SealedMessage } from "../store/sealed-store.ts";
import { type CodeChoiceEntry, codeChoiceFields } from "./code-choice.ts";
import { codeChoiceWordsIn } from "./code-choice-words.ts";
import { faultBox } from "./field-fault.ts";
import { formatInstant } from "./format.ts";
import { type Html, html } from "./html.ts";
import { type SmsEntry, smsField, smsNote } from "./manage-sms.ts";
import {
  type ActionWords,
  type ManageAction,
  type ManageWords,
  manageWordsIn,
} from "./manage-words.ts";
import { detail, type PageSetting, page } from "./page.ts";
import { unasked, type YesEntry, yesField } from "./typed-yes.ts";

/** What every page of one answer needs. */
export interface ManageSetting {
  readonly setting: PageSetting;
  readonly message: SealedMessage;
  readonly token: Buffer;
  readonly nowMs: number;
  /** The code that stands for the recipient: the message's own, and the one in force now. */
  readonly remembered: RememberedCode | undefined;
  readonly inForce: RememberedCode | undefined;
  /** Where new codes may go by SMS; undefined: nowhere. */
  readonly smsCountries: readonly string[] | undefined;
}

/** A form that comes back as it was sent. */
export interface ActionForm {
  readonly yes?: YesEntry;
  readonly sms?: SmsEntry;
  readonly code?: CodeChoiceEntry;
  readonly days?: DaysEntry;
}

export interface DaysEntry {
  readonly chosen: string;
  /** It is none of the choices. */
  readonly failed: boolean;
}

const dayMs = 86_400_000;
const dayChoices = [7, 30, 90, 365] as const;
const spellings = { de: germanSpelling, en: englishSpelling } as const;

/** `done`: what has just been done. */
export function overviewPage(parts: ManageSetting, done: ManageAction | undefined): string {
  const { setting, message } = parts;
  const words = manageWordsIn(setting.language);
  const note = done && html`<p class="note" role="status">${words.action[done].done}</p>`;
  const advised = advisedAction(parts);
  const links = possibleActions(parts).map(
    (action) =>
      html`<p><a class="${action === advised ? "button" : "button quiet"}" href="${addressOf(parts, action)}">${actionWords(parts, action).link}</a></p>`,
  );
  const content = html`<h1>${words.title}</h1>
${note}
<dl class="facts">
${detail(words.to, displayLine(message.recipient, 320))}
${detail(words.sent, instant(parts, message.createdAt))}
${detail(words.until, instant(parts, message.expiresAt))}
${detail(words.opened, openedText(parts, words))}
${detail(words.state, stateText(parts, words))}
${detail(words.wrongCodes, String(message.wrongCodes))}
${agreedDetail(parts)}
${detail(words.number, message.id)}
</dl>
<p class="hint">${words.intro}</p>
${links}`;
  const query = done === undefined ? {} : { query: `done=${done}` };
  return page(setting, { title: words.title, content, ...query });
}

export function actionPage(
  parts: ManageSetting,
  action: ManageAction,
  form: ActionForm = {},
): string {
  const { setting, message } = parts;
  const words = manageWordsIn(setting.language);
  const { title, what, button } = actionWords(parts, action);
  const { yes = unasked } = form;
  const content = html`<h1>${title}</h1>
<dl class="facts">
${detail(words.to, displayLine(message.recipient, 320))}
${detail(words.until, instant(parts, message.expiresAt))}
</dl>
${what.map((paragraph) => html`<p>${paragraph}</p>`)}
${
  action === "extend" && laterChoices(parts).length === 0
    ? html`<p class="note">${words.noneLater}</p>`
    : html`<form method="post" autocomplete="off">
${action === "renew" ? renewFields(parts, form) : undefined}
${action === "extend" ? dayBoxes(parts, words, form.days) : undefined}
${yesField(setting.language, yes)}
<button type="submit">${button}</button>
</form>`
}
${backLink(parts, words)}`;
  return page(setting, { title, content, failed: hasFault(form) });
}

function hasFault({ yes, sms, days, code }: ActionForm): boolean {
  const faults = [sms?.fault, code?.fault].some((fault) => fault !== undefined);
  return faults || yes?.failed === true || days?.failed === true;
}

/** The only page that ever shows a drawn code. `smsTo`: where it goes as well. */
export function renewedPage(
  parts: ManageSetting,
  renewed: RenewedCode,
  smsTo: PhoneNumber | undefined,
): string {
  const { setting } = parts;
  const { language } = setting;
  const words = manageWordsIn(language);
  const { later } = codeChoiceWordsIn(language);
  if (renewed.kind === "own") return ownCodePage(parts, renewed);
  const { title, spoken, checkWords, once, tell } = words.renewed;
  const content = html`<h1>${title}</h1>
<p class="secret"><bdi>${renewed.code}</bdi></p>
<dl class="facts">
${detail(words.to, displayLine(parts.message.recipient, 320))}
${detail(spoken, spell(renewed.code, spellings[language]))}
${detail(checkWords, renewed.checkWords[language])}
</dl>
${smsTo && smsNote(language, smsTo)}
<p><strong>${once}</strong></p>
<p>${tell}</p>
${renewed.kind === "remembered" ? html`<p>${later}</p>` : undefined}
${backLink(parts, words)}`;
  return page(setting, { title, content });
}

/** Its maker knows the code: it is not shown. */
function ownCodePage(parts: ManageSetting, { checkWords }: RenewedCode): string {
  const { setting, message } = parts;
  const { language } = setting;
  const words = manageWordsIn(language);
  const { ownTitle: title, ownTell, later } = codeChoiceWordsIn(language);
  const content = html`<h1>${title}</h1>
<dl class="facts">
${detail(words.to, displayLine(message.recipient, 320))}
${detail(words.renewed.checkWords, checkWords[language])}
</dl>
<p>${later}</p>
<p>${ownTell}</p>
${backLink(parts, words)}`;
  return page(setting, { title, content });
}

/** Without the token's own page: `/s/TOKEN/extend`. */
export function addressOf(
  { setting, token }: Pick<ManageSetting, "setting" | "token">,
  action?: ManageAction,
): `/s/${string}` {
  const place = action === undefined ? "" : `/${action}`;
  return `/s/${formatManageToken(token)}${place}?lang=${setting.language}`;
}

/** The end that was chosen; undefined when none of the choices was. */
export function chosenEnd(days: string, parts: ManageSetting): number | undefined {
  const chosen = laterChoices(parts).find((count) => String(count) === days);
  return chosen === undefined ? undefined : endAfter(chosen, parts.nowMs);
}

/** Who wants to keep a message longer must not shorten its time by mistake. */
function laterChoices({ message, nowMs }: ManageSetting): readonly number[] {
  return dayChoices.filter((days) => endAfter(days, nowMs) > message.expiresAt);
}

/** What makes sense at this moment; nothing when it is over. */
export function possibleActions({
  message,
  nowMs,
  inForce,
}: ManageSetting): readonly ManageAction[] {
  const state = stateOf(message, nowMs);
  if (message.manage === null || state.kind === "recalled" || state.kind === "expired") return [];
  const mayUnlock = message.wrongCodes > 0 && !(state.kind === "locked" && state.untilAt === null);
  const usual: readonly ManageAction[] = mayUnlock
    ? ["unlock", "renew", "extend"]
    : ["renew", "extend"];
  return inForce === undefined ? [...usual, "recall"] : [...usual, "forget", "recall"];
}

/** As the mail about a lock advises: to lift it, where a new code is not needed. */
function advisedAction({ message, nowMs }: ManageSetting): ManageAction {
  const state = stateOf(message, nowMs);
  return state.kind === "locked" && state.untilAt !== null ? "unlock" : "renew";
}

/** What was never locked has no lock to lift. */
function actionWords(
  { setting, message, nowMs }: ManageSetting,
  action: ManageAction,
): ActionWords {
  const words = manageWordsIn(setting.language);
  const isLocked = stateOf(message, nowMs).kind === "locked";
  return action === "unlock" && !isLocked ? words.giveTriesBack : words.action[action];
}

/** A year is the most there is; a moment less, so that the store's own look at the clock agrees. */
function endAfter(days: number, nowMs: number): number {
  return nowMs + days * dayMs - (days === 365 ? leastLifeMs : 0);
}

function renewFields(
  { setting, message, smsCountries, inForce }: ManageSetting,
  form: ActionForm,
): Html {
  const usual = { chosen: inForce === undefined ? "message" : "remembered" } as const;
  const { sms = { typed: "" }, code = usual } = form;
  const number = smsCountries && smsField(setting.language, smsCountries, sms);
  return html`<input type="hidden" name="version" value="${codeVersionOf(message)}">
${codeChoiceFields(setting.language, code)}
${number}`;
}

function agreedDetail(parts: ManageSetting): Html | undefined {
  const { remembered, setting } = parts;
  if (remembered === undefined) return undefined;
  const { label, agreed } = codeChoiceWordsIn(setting.language);
  const by = displayLine(remembered.madeBy, 254);
  return detail(label, agreed(instant(parts, remembered.madeAt), by));
}

/** The group bears the fault, the first choice the focus. */
function dayBoxes(parts: ManageSetting, words: ManageWords, entry?: DaysEntry): Html {
  const { setting, nowMs } = parts;
  const failed = entry?.failed === true;
  const boxes = laterChoices(parts).map((days, index) => {
    const until = formatInstant(endAfter(days, nowMs), setting.language, setting.timeZone);
    const checked = entry?.chosen === String(days) && html` checked`;
    const focus = failed && index === 0 && html` autofocus`;
    return html`<p class="choice"><label><input type="radio" name="days" value="${days}" required${checked || undefined}${focus || undefined}> ${words.choice(days, until)}</label></p>`;
  });
  const marks = failed ? html` aria-describedby="days-error" aria-invalid="true"` : undefined;
  return html`<fieldset role="radiogroup"${marks}><legend>${words.chooseLegend}</legend>
${failed ? faultBox(words.choose, "days-error") : undefined}${boxes}</fieldset>`;
}

function backLink(parts: ManageSetting, words: ManageWords): Html {
  return html`<p class="again"><a class="button quiet" href="${addressOf(parts)}">${words.back}</a></p>`;
}

function openedText(parts: ManageSetting, words: ManageWords): string {
  const { firstOpenedAt } = parts.message;
  return firstOpenedAt === null
    ? words.notOpened
    : words.openedFirst(instant(parts, firstOpenedAt));
}

function stateText(parts: ManageSetting, words: ManageWords): string {
  const state = stateOf(parts.message, parts.nowMs);
  switch (state.kind) {
    case "available":
      return words.available;
    case "expired":
      return words.expired;
    case "recalled":
      return words.recalledOn(instant(parts, state.recalledAt));
    case "locked":
      return state.untilAt === null
        ? words.lockedForGood
        : words.lockedUntil(instant(parts, state.untilAt));
  }
}

function instant({ setting }: ManageSetting, atMs: number): string {
  return formatInstant(atMs, setting.language, setting.timeZone);
}
