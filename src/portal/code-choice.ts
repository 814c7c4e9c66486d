/**
 * The part of the sender's form that says what a new code opens: one message, or all later ones to
 * the recipient as well, and whether the sender makes it. A code of the sender's own that is not
 * taken does not come back in the form: it is a secret.
 */
import type { Language } from "../base/language.ts";
import { failure, type Result, success } from "../base/result.ts";
import type { NewCode } from "../gate/renew-code.ts";
import { judgeOwnCode } from "../seal/own-code.ts";
import type { SealedMessage } from "../store/sealed-store.ts";
import { type CodeChoiceFault, codeChoiceWordsIn } from "./code-choice-words.ts";
import { formField } from "./form-field.ts";
import { type Html, html } from "./html.ts";

const kinds = ["message", "remembered", "own"] as const;

/** `chosen`: what is ticked; `fault`: why the form comes back. */
export interface CodeChoiceEntry {
  readonly chosen: NewCode["kind"];
  readonly fault?: CodeChoiceFault | undefined;
}

/** What was ticked; one message when nothing was. */
export function chosenKind(body: unknown): NewCode["kind"] {
  return kinds.find((kind) => kind === formField(body, "opens")) ?? "message";
}

export function readCodeChoice(
  body: unknown,
  { sender, recipient }: Pick<SealedMessage, "sender" | "recipient">,
): Result<NewCode, CodeChoiceFault> {
  const kind = chosenKind(body);
  const own = formField(body, "own");
  if (kind !== "own") return own.trim() === "" ? success({ kind }) : failure("unclear");
  const judged = judgeOwnCode(own, [sender, recipient]);
  return judged.ok ? success({ kind, code: own }) : judged;
}

export function codeChoiceFields(language: Language, entry: CodeChoiceEntry): Html {
  const words = codeChoiceWordsIn(language);
  const { chosen, fault } = entry;
  const boxes = kinds.map((kind) => {
    const ticked = kind === chosen && html` checked`;
    return html`<p class="choice"><label><input type="radio" name="opens" value="${kind}" required${ticked === false ? undefined : ticked}> ${words[kind]}</label></p>`;
  });
  const error =
    fault &&
    html`<div class="error" id="own-error" role="alert"><p>${words.error[fault]}</p><p>${words.unchanged}</p></div>`;
  const marks = fault && html` aria-invalid="true" autofocus`;
  const describedBy = fault === undefined ? "own-hint" : "own-error own-hint";
  return html`<fieldset><legend>${words.legend}</legend>
${boxes}
<div class="write">
<label for="own">${words.ownLabel}</label>
${error}
<input id="own" name="own" type="text" autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck="false" maxlength="200" aria-describedby="${describedBy}"${marks}>
<p class="hint" id="own-hint">${words.ownHint}</p>
</div></fieldset>`;
}
