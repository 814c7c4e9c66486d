/**
 * An SMTP reply of the milter's own (RFC 5321 §4.2, RFC 3463 §2): checked here, because an MTA or
 * libmilter drops a malformed one silently or answers the message with an error of its own.
 */
import { MilterError } from "./milter-error.ts";

export interface SmtpReply {
  /** 400 to 599. 421 also ends the SMTP session. */
  readonly code: number;
  /** `class.subject.detail` of the code's own class, such as `5.7.1`. */
  readonly enhanced?: string;
  /** One line or up to 32; ASCII or other latin1 text without CR, LF or NUL. */
  readonly text: string | readonly string[];
}

/** A reply as libmilter takes it: strings, every `%` doubled, never without a line. */
export interface WireReply {
  readonly code: string;
  readonly enhanced: string;
  readonly lines: readonly string[];
}

const maxLines = 32;
const maxLineBytes = 980;
const enhancedPattern = /^([45])\.\d{1,3}\.\d{1,3}$/;
// oxlint-disable-next-line no-control-regex
const unfitText = /[\u0000-\u0008\u000a-\u001f\u007f]|[^\u0000-\u00ff]/;

/** Throws ERR_MILTER_REPLY when the reply breaks a rule; doubles `%`, which the MTA halves again. */
export function encodeReply(reply: SmtpReply): WireReply {
  const code = String(reply.code);
  if (!/^[45]\d\d$/.test(code)) throw unfit(`code ${code} is not 400 to 599`);
  const enhanced = reply.enhanced ?? `${code.charAt(0)}.0.0`;
  if (enhancedPattern.exec(enhanced)?.[1] !== code.charAt(0)) {
    throw unfit(`enhanced code ${JSON.stringify(enhanced)} does not fit ${code}`);
  }
  const texts = typeof reply.text === "string" ? [reply.text] : reply.text;
  if (texts.length < 1 || texts.length > maxLines) throw unfit(`it has ${texts.length} lines`);
  return { code, enhanced, lines: texts.map(encodeLine) };
}

function encodeLine(text: string): string {
  if (unfitText.test(text)) throw unfit("a line has a control or non-latin1 character");
  const line = text.replaceAll("%", "%%");
  if (line.length > maxLineBytes) throw unfit(`a line is longer than ${maxLineBytes} bytes`);
  return line;
}

function unfit(why: string): MilterError {
  return new MilterError("ERR_MILTER_REPLY", `not an SMTP reply: ${why}`);
}
