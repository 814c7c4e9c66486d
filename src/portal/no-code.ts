/**
 * `/m/TOKEN?view=no-code`: the reader has no code and asks for it. A page says what will happen; its
 * form needs a typed word, so that scanners which send off every form bother nobody. The sender gets
 * a mail, at most two a day for a message; the reader learns nothing that the link did not tell.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { queryOf, sendPage, settingOf } from "./answer.ts";
import type { LinkedMessage } from "./code-entry.ts";
import { type Html, html } from "./html.ts";
import { manageWordsIn } from "./manage-words.ts";
import { textPage } from "./notice-page.ts";
import { type PageSetting, page } from "./page.ts";
import type { PortalContext } from "./portal-context.ts";
import { readYes, unasked, type YesEntry, yesField } from "./typed-yes.ts";

const view = "no-code";

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
  const outcome = await context.manage.askForCode(message.lookupId, context.clock.now());
  const { noted, enough } = manageWordsIn(setting.language).noCode;
  if (outcome === "enough") {
    return sendPage(context, reply, { status: 429, markup: textPage(setting, enough) });
  }
  return sendPage(context, reply, { status: 200, markup: textPage(setting, noted) });
}

function askPage(setting: PageSetting, yes: YesEntry = unasked): string {
  const { title, what, button } = manageWordsIn(setting.language).noCode;
  const content = html`<h1>${title}</h1>
${what.map((paragraph) => html`<p>${paragraph}</p>`)}
<form method="post" autocomplete="off">
${yesField(setting.language, yes)}
<button type="submit">${button}</button>
</form>`;
  return page(setting, { title, content, query: `view=${view}`, failed: yes.failed });
}
