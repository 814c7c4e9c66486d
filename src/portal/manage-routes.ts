/**
 * `/s/TOKEN`: the sender's own pages. GET tells and changes nothing, whoever asks; POST does what its
 * page has said, when the word was typed. Who holds the link can take the message back, keep it
 * longer, unlock it and make a new code for the same reader's link, and sees nothing of its content.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { codeOwnerOf } from "../base/code-owner.ts";
import { maskPhoneNumber, type PhoneNumber } from "../base/phone-number.ts";
import { failure, type Result, success } from "../base/result.ts";
import { type NewCode, renewCode } from "../gate/renew-code.ts";
import { codeVersionOf } from "../seal/code-version.ts";
import { manageIdOf, parseManageToken } from "../seal/manage-token.ts";
import type { SealedMessage } from "../store/sealed-store.ts";
import { noteMessage } from "./access-log.ts";
import { redirect, sendNotice, sendPage, settingOf } from "./answer.ts";
import { chosenKind, readCodeChoice } from "./code-choice.ts";
import { formField } from "./form-field.ts";
import { ManageGuard } from "./manage-guard.ts";
import {
  type ActionForm,
  actionPage,
  addressOf,
  chosenEnd,
  type ManageSetting,
  overviewPage,
  possibleActions,
  renewedPage,
} from "./manage-page.ts";
import { readNumber, typedNumber } from "./manage-sms.ts";
import { type ManageAction, type ManageWords, manageWordsIn } from "./manage-words.ts";
import { textPage } from "./notice-page.ts";
import type { PortalContext } from "./portal-context.ts";
import { networkOfRequest } from "./request-network.ts";
import { noteSender } from "./sender-branding.ts";
import { readYes } from "./typed-yes.ts";

interface ManageParams {
  readonly token: string;
}
type ManageRequest = FastifyRequest<{ Params: ManageParams }>;

/** One answer in the making. */
interface Exchange {
  readonly context: PortalContext;
  readonly request: ManageRequest;
  readonly reply: FastifyReply;
}

type Send = (exchange: Exchange, parts: ManageSetting) => Promise<FastifyReply> | FastifyReply;

const actions = ["renew", "extend", "unlock", "forget", "recall"] as const;

export function addManageRoutes(app: FastifyInstance, context: PortalContext): void {
  const guard = new ManageGuard(context.clock);
  const answer = (send: Send) => (request: ManageRequest, reply: FastifyReply) =>
    withManaged({ context, request, reply }, guard, send);
  app.get("/s/:token", answer(sendOverview));
  for (const action of actions) {
    app.get(
      `/s/:token/${action}`,
      answer((exchange, parts) => sendAction(exchange, parts, action)),
    );
    app.post(
      `/s/:token/${action}`,
      answer((exchange, parts) => act(exchange, parts, action)),
    );
  }
}

async function withManaged(
  exchange: Exchange,
  guard: ManageGuard,
  send: Send,
): Promise<FastifyReply> {
  const { context, request } = exchange;
  const network = networkOfRequest(context, request);
  const token = parseManageToken(request.params.token);
  if (token === undefined) return sendText(exchange, 404, "unknownLink");
  const message = await context.manage.findByManageId(manageIdOf(token));
  if (message === undefined) {
    // Only who found nothing waits: else one colleague's broken links shut the others out.
    if (!guard.mayTry(network)) return sendText(exchange, 429, "tooMany");
    guard.wasWrong(network);
    return sendText(exchange, 404, "unknownLink");
  }
  noteMessage(request, message.id);
  noteSender(request, message.sender);
  const nowMs = context.clock.now();
  const smsCountries = context.sms?.countries;
  const setting = settingOf(context, request);
  const codes = await rememberedFor(context, message);
  return await send(exchange, { setting, message, token, nowMs, smsCountries, ...codes });
}

async function rememberedFor(
  { remembered }: PortalContext,
  { sender, recipient, rememberedCodeId }: SealedMessage,
): Promise<Pick<ManageSetting, "remembered" | "inForce">> {
  const owner = codeOwnerOf(sender, recipient);
  return {
    remembered: rememberedCodeId === null ? undefined : await remembered.find(rememberedCodeId),
    inForce: owner && (await remembered.current(owner)),
  };
}

function sendOverview(exchange: Exchange, parts: ManageSetting): FastifyReply {
  const query = exchange.request.query as Readonly<Record<string, unknown>> | null | undefined;
  const done = actions.find((action) => action === query?.["done"]);
  return sendMarkup(exchange, 200, overviewPage(parts, done));
}

function sendAction(exchange: Exchange, parts: ManageSetting, action: ManageAction): FastifyReply {
  if (possibleActions(parts).includes(action)) {
    return sendMarkup(exchange, 200, actionPage(parts, action));
  }
  return redirect(exchange.context, exchange.reply, addressOf(parts));
}

async function act(
  exchange: Exchange,
  parts: ManageSetting,
  action: ManageAction,
): Promise<FastifyReply> {
  const form = readForm(exchange);
  if (form.yes?.failed === true) return sendFault(exchange, parts, { action, form });
  switch (action) {
    case "extend":
      return await extend(exchange, parts, form);
    case "renew":
      return await renew(exchange, parts, form);
    case "forget":
      return await forget(exchange, parts);
    case "recall":
      return await recall(exchange, parts);
    case "unlock":
      return await unlock(exchange, parts);
  }
}

/** What was typed and chosen, whatever the action asks for, to be shown again with a fault. */
function readForm({ request: { body } }: Exchange): ActionForm {
  const chosen = formField(body, "days");
  return {
    yes: readYes(body),
    sms: { typed: typedNumber(body) },
    code: { chosen: chosenKind(body) },
    days: { chosen, failed: false },
  };
}

async function extend(
  exchange: Exchange,
  parts: ManageSetting,
  form: ActionForm,
): Promise<FastifyReply> {
  const { message, nowMs } = parts;
  if (possibleActions(parts).length === 0) return sendText(exchange, 410, "over", parts);
  const chosen = form.days?.chosen ?? "";
  const end = chosenEnd(chosen, parts);
  if (end === undefined) {
    const faulty = { ...form, days: { chosen, failed: true } };
    return sendFault(exchange, parts, { action: "extend", form: faulty });
  }
  const extended = await exchange.context.manage.extend(message.id, end, nowMs);
  return extended ? sendDone(exchange, parts, "extend") : sendText(exchange, 410, "over", parts);
}

async function forget(exchange: Exchange, parts: ManageSetting): Promise<FastifyReply> {
  const { inForce, nowMs } = parts;
  if (possibleActions(parts).length === 0) return sendText(exchange, 410, "over", parts);
  if (inForce !== undefined) await exchange.context.remembered.retire(inForce.id, nowMs);
  return sendDone(exchange, parts, "forget");
}

async function recall(exchange: Exchange, parts: ManageSetting): Promise<FastifyReply> {
  const { message, nowMs } = parts;
  const recalled = await exchange.context.manage.recall(message.id, nowMs);
  return recalled ? sendDone(exchange, parts, "recall") : sendText(exchange, 410, "over", parts);
}

async function unlock(exchange: Exchange, parts: ManageSetting): Promise<FastifyReply> {
  const outcome = await exchange.context.manage.unlock(parts.message.id, parts.nowMs);
  switch (outcome) {
    case "unlocked":
      return sendDone(exchange, parts, "unlock");
    case "needs-new-code":
      return sendText(exchange, 409, "stillLocked", parts);
    case "gone":
      return sendText(exchange, 410, "over", parts);
  }
}

/** Pressed twice, the button makes one code: the second press knows only the older version. */
async function renew(
  exchange: Exchange,
  parts: ManageSetting,
  form: ActionForm,
): Promise<FastifyReply> {
  const { context, request, reply } = exchange;
  const { message, token, nowMs } = parts;
  if (possibleActions(parts).length === 0) return sendText(exchange, 410, "over", parts);
  const read = readRenewal(context, request.body, message);
  if (!read.ok) {
    const faulty = { ...form, ...read.error };
    return sendFault(exchange, parts, { action: "renew", form: faulty });
  }
  if (formField(request.body, "version") !== codeVersionOf(message)) {
    return sendText(exchange, 409, "outdated", parts);
  }
  using place = await context.derivations.enter(networkOfRequest(context, request));
  if (place === undefined) return sendNotice(context, request, reply, { kind: "busy" });
  const { wanted, smsTo } = read.value;
  const sms = context.sms && smsTo && { to: smsTo, key: context.sms.key };
  const { pepper } = context;
  const renewal = { message, token, pepper, nowMs, sms, wanted };
  const renewed = await renewCode(context.manage, renewal);
  if (renewed === undefined) return sendText(exchange, 409, "outdated", parts);
  const sentTo = smsTo && maskPhoneNumber(smsTo);
  const told = { message: message.id, code: wanted.kind, sms: sentTo };
  context.log.info(told, "the sender made a new code");
  return sendMarkup(exchange, 200, renewedPage(parts, renewed, smsTo));
}

interface Renewal {
  readonly wanted: NewCode;
  readonly smsTo: PhoneNumber | undefined;
}

/** Or the form as it comes back. A code of the sender's own is known to its recipient: no SMS. */
function readRenewal(
  context: PortalContext,
  body: unknown,
  message: SealedMessage,
): Result<Renewal, ActionForm> {
  const typed = context.sms === undefined ? "" : typedNumber(body);
  const chosen = chosenKind(body);
  const wanted = readCodeChoice(body, message);
  if (!wanted.ok) return failure({ code: { chosen, fault: wanted.error }, sms: { typed } });
  const number = readNumber(typed, context.sms?.countries ?? []);
  if (!number.ok) return failure({ code: { chosen }, sms: { typed, fault: number.error } });
  const smsTo = wanted.value.kind === "own" ? undefined : number.value;
  return success({ wanted: wanted.value, smsTo });
}

/** To the overview, so that loading the page again does nothing again. */
function sendDone(exchange: Exchange, parts: ManageSetting, action: ManageAction): FastifyReply {
  const { context, reply } = exchange;
  context.log.info({ message: parts.message.id, action }, "the sender changed a message");
  return redirect(context, reply, `${addressOf(parts)}&done=${action}`);
}

function sendFault(
  exchange: Exchange,
  parts: ManageSetting,
  { action, form }: { readonly action: ManageAction; readonly form: ActionForm },
): FastifyReply {
  return sendMarkup(exchange, 400, actionPage(parts, action, form));
}

/** `parts`: of the message whose overview says more. */
function sendText(
  exchange: Exchange,
  status: number,
  kind: keyof ManageWords & ("tooMany" | "unknownLink" | "over" | "outdated" | "stillLocked"),
  parts?: ManageSetting,
): FastifyReply {
  const setting = settingOf(exchange.context, exchange.request);
  const words = manageWordsIn(setting.language);
  const back = parts && { words: words.back, href: addressOf(parts) };
  return sendMarkup(exchange, status, textPage(setting, words[kind], back));
}

function sendMarkup({ context, reply }: Exchange, status: number, markup: string): FastifyReply {
  return sendPage(context, reply, { status, markup });
}
