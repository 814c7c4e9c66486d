/** The SMS that goes with a code, sealed for the store. Who makes a code hands it in; none, no SMS. */
import type { PhoneNumber } from "../base/phone-number.ts";
import type { CheckWords } from "../seal/check-words.ts";
import { sealSms } from "../seal/sms-content.ts";
import type { NewSms } from "../store/sms-store.ts";

export interface SmsToSeal {
  readonly to: PhoneNumber;
  readonly code: string;
  /** Without them it is the code of a PDF. */
  readonly checkWords?: CheckWords | undefined;
  readonly messageId: string;
  /** Of the code. */
  readonly createdAt: number;
}

export function sealSmsFor(smsKey: Buffer, sms: SmsToSeal): NewSms {
  const { to, code, checkWords, messageId, createdAt } = sms;
  const content = { to, code, ...(checkWords === undefined ? {} : { checkWords }) };
  return { sealedContent: sealSms(smsKey, content, { messageId, createdAt }) };
}
