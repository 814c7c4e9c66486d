/**
 * One short word that a person types before anything happens: field, check and fault. Scanners of
 * mail systems tick every box and press every button, also of the page behind the sender's link;
 * what they put into a field is not this word.
 */
import type { Language } from "../base/language.ts";
import { faultBox, fieldMarks } from "./field-fault.ts";
import { formField } from "./form-field.ts";
import { type Html, html } from "./html.ts";

export interface YesEntry {
  /** As it was typed. */
  readonly typed: string;
  /** It was something else. */
  readonly failed: boolean;
}

interface YesWords {
  readonly label: string;
  readonly hint: string;
  readonly fault: string;
}

export const unasked: YesEntry = { typed: "", failed: false };

const fieldName = "sure";
const maxLength = 20;

const wordsOf: Readonly<Record<Language, YesWords>> = {
  de: {
    label: "Bitte tippen Sie JA",
    hint: "So wissen wir, dass ein Mensch es will und kein Programm, das Links und Knöpfe prüft.",
    fault: "Bitte tippen Sie das Wort JA in dieses Feld. Es wurde nichts geändert.",
  },
  en: {
    label: "Please type YES",
    hint: "It tells us that a person wants this, not a program that checks links and buttons.",
    fault: "Please type the word YES into this field. Nothing has been changed.",
  },
};

/** In either language, whatever the page's is. */
export function readYes(body: unknown): YesEntry {
  const typed = formField(body, fieldName);
  return { typed, failed: !/^(?:ja|yes)$/i.test(typed.replace(/[\s.]+/g, "")) };
}

export function yesField(language: Language, { typed, failed }: YesEntry): Html {
  const { label, hint, fault } = wordsOf[language];
  return html`<div class="write">
<label for="sure">${label}</label>
${failed ? faultBox(fault, "sure-error") : undefined}
<input id="sure" name="${fieldName}" type="text" autocomplete="off" autocorrect="off" spellcheck="false" maxlength="${maxLength}" value="${typed.slice(0, maxLength)}" required${fieldMarks("sure", failed)}>
<p class="hint" id="sure-hint">${hint}</p>
</div>`;
}
