/**
 * The field of the sender's page for a telephone number, to which a new code goes by SMS as well. The
 * portal itself can send none: it leaves a sealed job, and the milter role counts and sends.
 */
import type { Language } from "../base/language.ts";
import {
  beginsWithOne,
  displayPhoneNumber,
  type PhoneNumber,
  parsePhoneNumber,
} from "../base/phone-number.ts";
import { failure, type Result, success } from "../base/result.ts";
import { faultBox, fieldMarks } from "./field-fault.ts";
import { formField } from "./form-field.ts";
import { type Html, html } from "./html.ts";
import { manageSmsWordsIn, type SmsFieldFault } from "./manage-sms-words.ts";

export interface SmsEntry {
  /** As it was typed. */
  readonly typed: string;
  readonly fault?: SmsFieldFault | undefined;
}

const fieldName = "sms";

export function typedNumber(body: unknown): string {
  return formField(body, fieldName).trim();
}

/** undefined: none was typed. */
export function readNumber(
  typed: string,
  countries: readonly string[],
): Result<PhoneNumber | undefined, SmsFieldFault> {
  if (typed === "") return success(undefined);
  const number = parsePhoneNumber(typed);
  if (!number.ok) return number;
  return beginsWithOne(number.value, countries) ? number : failure("notAllowed");
}

export function smsField(language: Language, countries: readonly string[], entry: SmsEntry): Html {
  const words = manageSmsWordsIn(language);
  const { typed, fault } = entry;
  const error = fault && faultBox([words.error[fault], words.unchanged], "sms-error");
  return html`<div class="write">
<label for="sms">${words.label}</label>
${error}
<input id="sms" name="${fieldName}" type="tel" autocomplete="off" maxlength="60" value="${typed}"${fieldMarks("sms", fault !== undefined)}>
<p class="hint" id="sms-hint">${words.hint(countries.join(", "))}</p>
</div>`;
}

/** On the page with the new code: where it goes, as the number was understood. */
export function smsNote(language: Language, number: PhoneNumber): Html {
  const { going, wrongNumber } = manageSmsWordsIn(language);
  return html`<div class="note going" role="status"><p>${going} <strong><bdi>${displayPhoneNumber(number)}</bdi></strong>.</p>
<p>${wrongNumber}</p></div>`;
}
