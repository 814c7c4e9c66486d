/**
 * Text as a short message carries it at its cheapest: in the alphabet of GSM (3GPP TS 23.038 §6.2.1),
 * 160 characters in one part, 153 in each of several. One character from outside of it would turn
 * the whole message into UTF-16, of which 70 fit.
 */
const basic: ReadonlySet<string> = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡" +
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Two septets each (§6.2.1.1). */
const extended: ReadonlySet<string> = new Set("^{}\\[~]|€");
const likenesses: ReadonlyMap<string, string> = new Map([
  ...Array.from("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", (dash) => [dash, "-"] as const),
  ...Array.from("\u2018\u2019\u201a\u201b`´", (quote) => [quote, "'"] as const),
  ...Array.from("\u201c\u201d\u201e\u201f«»", (quote) => [quote, '"'] as const),
  ["\u00a0", " "],
  ["\u202f", " "],
  ["…", "..."],
]);

/** What has no likeness in the alphabet becomes `?`. */
export function gsmText(text: string): string {
  return Array.from(text.normalize("NFC"), gsmCharacter).join("");
}

/** Of a text in that alphabet. */
export function countSeptets(text: string): number {
  return Array.from(text).reduce((sum, one) => sum + (extended.has(one) ? 2 : 1), 0);
}

function gsmCharacter(character: string): string {
  if (basic.has(character) || extended.has(character)) return character;
  const likeness = likenesses.get(character);
  if (likeness !== undefined) return likeness;
  const [letter = ""] = character.normalize("NFD");
  return basic.has(letter) ? letter : "?";
}
