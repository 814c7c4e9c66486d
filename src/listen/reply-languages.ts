/**
 * One line of an SMTP reply in English and German: it ends in the bounce that the sender reads, whose
 * language nobody knows here. ASCII only, for a server without SMTPUTF8 (RFC 6531 §3.7.4.2).
 */

/** RFC 5321 §4.5.3.1.5: 512 octets with code, enhanced code and line end. */
const maxTextLength = 512 - "550 5.7.10 ".length - "\r\n".length;

/** English alone where both do not fit. `beforeLength`: of what Postfix writes before the text. */
export function inBothLanguages(english: string, german: string, beforeLength = 0): string {
  const both = `${english} / ${german}`;
  return beforeLength + both.length <= maxTextLength ? both : english;
}
