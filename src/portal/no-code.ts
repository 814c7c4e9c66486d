/**
 * `/m/TOKEN?view=no-code`: the reader has no code and asks for it. A page says what will happen; its
 * form needs a typed word, so that scanners which send off every form bother nobody. The sender gets
 * a mail, at most two a day for a message and twenty for all of theirs; the reader learns nothing
 * that the link did not tell.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { AskOutcome } from "../store/manage-store.ts";
import { queryOf, sendPage, settingOf } from "./answer.ts";
import type { LinkedMessage } from "./code-entry.ts";
import { type Html, html } from "./html.ts";
import { manageWordsIn } from "./manage-words.ts";
import { textPage } from "./notice-page.ts";
import { type PageSetting, page } from "./page.ts";
import type { PortalContext } from "./portal-context.ts";
import { networkOfRequest } from "./request-network.ts";
import { readYes, unasked, type YesEntry, yesField } from "./typed-yes.ts";

const view = "no-code";
const asksPerNetworkHour = 20;

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
  const { noted, enough, tooOften, back } = manageWordsIn(setting.language).noCode;
  // The code may come within minutes.
  const action = { words: back, href: formAddress(setting) };
  if (outcome === "enough" || outcome === "too-often") {
    const words = outcome === "enough" ? enough : tooOften;
    return sendPage(context, reply, { status: 429, markup: textPage(setting, words, action) });
  }
  return sendPage(context, reply, { status: 200, markup: textPage(setting, noted, action) });
}

/** One network alone can neither use up what a sender is told, nor keep the store busy. */
async function ask(
  { manage, asks, clock }: PortalContext,
  network: string,
  { lookupId }: LinkedMessage["message"],
): Promise<AskOutcome> {
  const count = asks.begin(network);
  if (count.asked >= asksPerNetworkHour) return "too-often";
  count.asked += 1;
  return await manage.askForCode(lookupId, clock.now());
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
