/** What `mxseal probe` prints of a verdict: an explanation, a letter, or either as JSON. */
import type { Language } from "../base/language.ts";
import type { Verdict } from "../base/verdict.ts";
import { wrapText } from "../base/wrap-text.ts";
import { explainVerdict } from "../probe/explain.ts";
import { composePostmasterLetter } from "../probe/postmaster-letter.ts";
import { verdictToJson } from "../probe/verdict-json.ts";

export interface AnswerForm {
  readonly language: Language;
  readonly width: number;
  readonly json: boolean;
  /** The letter to the other side in place of the explanation. */
  readonly postmaster: boolean;
}

/** Ends with a line break; JSON is one line, other answers end with a blank one. */
export function answerText(verdict: Verdict, form: AnswerForm): string {
  if (form.postmaster) return form.json ? letterJson(verdict, form) : letterText(verdict, form);
  if (form.json) return `${JSON.stringify(verdictToJson(verdict))}\n`;
  return `${explainVerdict(verdict, form.language, form.width).join("\n")}\n\n`;
}

/** In the form of a mail, which `sendmail -t` would understand. */
function letterText(verdict: Verdict, { language, width }: AnswerForm): string {
  const letter = composePostmasterLetter(verdict, language);
  if (typeof letter === "string") return `${wrapText(letter, { width }).join("\n")}\n\n`;
  const { to, subject, body } = letter;
  return `${[`To: ${to}`, `Subject: ${subject}`, "", ...body].join("\n")}\n\n`;
}

function letterJson(verdict: Verdict, { language }: AnswerForm): string {
  const letter = composePostmasterLetter(verdict, language);
  const { domain, status } = verdict;
  const told =
    typeof letter === "string"
      ? { letter: null, why: letter }
      : { letter: { ...letter, body: `${letter.body.join("\n")}\n` }, why: null };
  return `${JSON.stringify({ domain, status, ...told })}\n`;
}
