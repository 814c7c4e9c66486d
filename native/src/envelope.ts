/**
 * Addresses as the MTA hands them over: the raw argument of MAIL or RCPT (RFC 5321 §4.1.1.2,
 * §4.1.1.3), in angle brackets from an SMTP session and often without them for local submissions.
 * Bytes are characters 0 to 255 (latin1).
 */
export interface Address {
  /** Exactly as received; the null sender is `<>` or empty. */
  readonly raw: string;
  /** Without the angle brackets; empty for the null sender. Not checked any further. */
  readonly address: string;
  /** ESMTP parameters in upper-case names: `NOTIFY` → `NEVER`; one without a value is empty. */
  readonly args: ReadonlyMap<string, string>;
}

export interface Recipient extends Address {
  /** A macro of the RCPT stage, such as `{rcpt_mailer}`. */
  macro(name: string): string | undefined;
}

export function parseAddress(raw: string, args: readonly string[]): Address {
  const bracketed = raw.startsWith("<") && raw.endsWith(">");
  const address = bracketed ? raw.slice(1, -1) : raw;
  return { raw, address, args: new Map(args.map(parseArgument)) };
}

function parseArgument(text: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals < 0) return [text.toUpperCase(), ""];
  return [text.slice(0, equals).toUpperCase(), text.slice(equals + 1)];
}
