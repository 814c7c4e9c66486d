/** Percent-encoding in addresses and Content-IDs (RFC 3986 §2.1), read as UTF-8. */

/** `text` itself where a percent sign does not begin an encoded byte. */
export function decodePercent(text: string): string {
  if (/%(?![0-9a-f]{2})/i.test(text)) return text;
  const bytes = Buffer.from(text)
    .toString("latin1")
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}
