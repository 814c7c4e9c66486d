/** `mxseal message reissue`: a new code, made with the sender's link; shown once, kept nowhere. */

import { renewCode } from "../gate/renew-code.ts";
import { englishSpelling, germanSpelling, spell } from "../mime/spelling.ts";
import { manageIdOf, parseManageToken } from "../seal/manage-token.ts";
import { stateOf } from "../store/message-state.ts";
import type { SealedMessage } from "../store/sealed-store.ts";
import type { Store } from "../store/store.ts";
import { type CliContext, refuse } from "./cli-context.ts";
import { fail } from "./message-lookup.ts";
import { print } from "./print.ts";
import { readSecretLine } from "./secret-line.ts";

const spellings = { de: germanSpelling, en: englishSpelling } as const;

export async function reissueCode(
  context: CliContext,
  message: SealedMessage,
  store: Store,
): Promise<void> {
  const nowMs = context.now();
  const { kind } = stateOf(message, nowMs);
  if (message.manage === null || kind === "recalled" || kind === "expired") {
    return fail(context, `Message ${message.id} can have no new code: ${whyNot(message, kind)}.`);
  }
  const line = await readSecretLine(context.input, context.err, "The sender's link: ");
  const token = tokenIn(line);
  if (token === undefined) {
    return refuse(context, "That is no sender's link: it reads https://…/s/ and 43 characters.");
  }
  if (manageIdOf(token) !== message.manage.id) {
    return fail(context, `That is the sender's link of another message than ${message.id}.`);
  }
  const pepper = await context.loadPepper(store);
  const renewed = await renewCode(store.manage, { message, token, pepper, nowMs });
  token.fill(0);
  if (renewed === undefined) {
    return fail(context, `Message ${message.id} was changed by somebody else just now; try again.`);
  }
  const language = context.language();
  const lines = [
    `New code for message ${message.id} to ${message.recipient}; the old one opens nothing any more.`,
    `Code:        ${renewed.code}`,
    `Spoken:      ${spell(renewed.code, spellings[language])}`,
    `Check words: ${renewed.checkWords[language]} (the page must show them)`,
    "It is kept nowhere. Tell it to the recipient by phone, by text message or in person.",
  ];
  await print(context.out, `${lines.join("\n")}\n`);
}

/** The token of a whole link, or the token alone. */
function tokenIn(line: string): Buffer | undefined {
  const [, token = line.trim()] = /\/s\/([A-Za-z0-9_-]{43})(?:[/?#]\S*)?\s*$/.exec(line) ?? [];
  return parseManageToken(token);
}

function whyNot({ way }: SealedMessage, kind: string): string {
  if (kind === "recalled") return "it was taken back";
  if (kind === "expired") return "it has expired";
  return way === "pdf" ? "it went out as a PDF" : "it was sealed without a link for its sender";
}
