/**
 * `/m/TOKEN?view=no-code`: the reader has no code and asks for it. A page says what will happen; its
 * form needs a typed word, so that scanners which send off every form bother nobody. The sender gets
 * a mail, at most two a day for a message and twenty for all of theirs, which the store counts; at
 * most twenty an hour come from one network, which the portal counts, so that one alone does not use
 * up the day of many senders. What the sender is not told of counts as asked nowhere; but the store
 * hears no more than so many questions of one network. The reader learns nothing that the link did
 * not tell.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { AskOutcome } from "../store/manage-store.ts";
import { queryOf, sendNotice, sendPage, settingOf } from "./answer.ts";
import type { LinkedMessage } from "./code-entry.ts";
import { type Html, html } from "./html.ts";
import { manageWordsIn } from "./manage-words.ts";
import { textPage } from "./notice-page.ts";
import { type PageSetting, page } from "./page.ts";
import type { PortalContext } from "./portal-context.ts";
import { networkOfRequest } from "./request-network.ts";
import { readYes, unasked, type YesEntry, yesField } from "./typed-yes.ts";
import type { NoticeWords } from "./words.ts";

const view = "no-code";
const asksPerNetworkHour = 20;
/** Each of them is a write to the store, also where the sender is told nothing. */
const questionsPerNetworkHour = 100;

/** `network-full`: the sender was not told, because so many questions came from this network. */
type AskAnswer = AskOutcome | "network-full";

/** Whether the request is about this and not about a code. */
export function asksForCode(request: FastifyRequest): boolean {
  return queryOf(request, "view") === view;
}

/** On the form for the code. */
export function noCodeLink({ language }: PageSetting): Html {
  const { link } = manageWordsIn(language).noCode;
  return html`<p class="again"><a class="button quiet" href="?view=${view}&lang=${language}">${link}</a></p>`;
}

/** GET asks, POST does. */
export async function answerNoCode(
  context: PortalContext,
  request: FastifyRequest,
  reply: FastifyReply,
  { message }: LinkedMessage,
): Promise<FastifyReply> {
  const setting = settingOf(context, request);
  if (request.method !== "POST") {
    return sendPage(context, reply, { status: 200, markup: askPage(setting) });
  }
  const yes = readYes(request.body);
  if (yes.failed) {
    return sendPage(context, reply, { status: 400, markup: askPage(setting, yes) });
  }
  const outcome = await ask(context, networkOfRequest(context, request), message);
  if (outcome === "gone") return sendNotice(context, request, reply, { kind: "unknownLink" });
  const { back } = manageWordsIn(setting.language).noCode;
  // The code may come within minutes.
  const action = { words: back, href: formAddress(setting) };
  const markup = textPage(setting, wordsOf(outcome, setting), action);
  return sendPage(context, reply, { status: outcome === "noted" ? 200 : 429, markup });
}

function wordsOf(outcome: Exclude<AskAnswer, "gone">, { language }: PageSetting): NoticeWords {
  const { noted, enough, tooOften, networkFull } = manageWordsIn(language).noCode;
  return { noted, enough, "too-often": tooOften, "network-full": networkFull }[outcome];
}

async function ask(
  { manage, asks, clock }: PortalContext,
  network: string,
  { lookupId }: LinkedMessage["message"],
): Promise<AskAnswer> {
  const count = asks.begin(network);
  const isFull = count.asked >= asksPerNetworkHour || count.put >= questionsPerNetworkHour;
  if (isFull) return "network-full";
  // Before the store has answered: asking many times at once gains nothing.
  count.asked += 1;
  count.put += 1;
  let outcome: AskOutcome | undefined;
  try {
    outcome = await manage.askForCode(lookupId, clock.now());
    return outcome;
  } finally {
    if (outcome !== "noted") count.asked -= 1;
  }
}

function askPage(setting: PageSetting, yes: YesEntry = unasked): string {
  const { title, what, button, back } = manageWordsIn(setting.language).noCode;
  const content = html`<h1>${title}</h1>
${what.map((paragraph) => html`<p>${paragraph}</p>`)}
<form method="post" autocomplete="off">
${yesField(setting.language, yes)}
<button type="submit">${button}</button>
</form>
<p class="again"><a class="button quiet" href="${formAddress(setting)}">${back}</a></p>`;
  return page(setting, { title, content, query: `view=${view}`, failed: yes.failed });
}

function formAddress({ language }: PageSetting): string {
  return `?lang=${language}`;
}
