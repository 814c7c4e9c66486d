/**
 * The media type of a policy (RFC 8461 §3.2): `text/plain`, so that a page or picture which
 * strangers may put on a web server is not taken for one. Parameters are ignored, as the standard
 * asks; the text has to be UTF-8 whatever they say.
 */

/** `value` of the Content-Type field; undefined when there is none. */
export function isPolicyMediaType(value: string | undefined): boolean {
  return value !== undefined && /^text\/plain[ \t]*(?:;|$)/i.test(value);
}
