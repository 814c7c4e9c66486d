/**
 * Whether a code that a person chose is one of the first that a guesser would try: a known word or a
 * row of keys with a year or some digits behind it, or a number, as telephones, birthdays and
 * customers have. It takes the known pieces away and looks at what is left.
 */

/** Of what is no known piece. */
const leastLeft = 6;
const leastRow = 3;

const rows: readonly string[] = [
  "abcdefghijklmnopqrstuvwxyz",
  "12345678901234567890",
  "qwertzuiopü",
  "qwertyuiop",
  "asdfghjklöä",
  "yxcvbnm",
  "zxcvbnm",
  "1q2w3e4r5t6z7u8i9o0p",
  "1q2w3e4r5t6y7u8i9o0p",
  "1qaz2wsx3edc4rfv5tgb",
  "1qay2wsx3edc4rfv5tgb",
].flatMap((row) => [row, Array.from(row).toReversed().join("")]);

/** Longer ones first, where one begins another. */
const words =
  /passwor[td]|passwd|kennwort|zugangscode|geheimnis|geheim|secret|hallo|hello|willkommen|welcome|bitte|danke|thankyou|iloveyou|ichliebedich|liebe|schatz|sonnenschein|sunshine|sonne|sommer|summer|winter|frühling|fruehling|herbst|autumn|spring|januar|februar|april|august|september|oktober|november|dezember|january|february|october|december|administrator|admin|login|letmein|master|dragon|monkey|princess|fussball|football|baseball|deutschland|germany|berlin|hamburg|münchen|muenchen|mail|test|code|start|(?:19|20)\d\d/g;

/** `code`: as `parseOwnCode` gives it. */
export function isGuessable(code: string): boolean {
  if (!/\p{L}/u.test(code)) return true;
  const left = withoutRows(squeezed(code.replace(words, "")));
  return Array.from(left).length < leastLeft || Array.from(left.replace(/\d+/g, "")).length === 0;
}

/** `aabbcc` is as good as `abc`. */
function squeezed(text: string): string {
  return Array.from(text)
    .filter((character, index, all) => character !== all[index - 1])
    .join("");
}

function withoutRows(text: string): string {
  let left = "";
  for (let at = 0; at < text.length; ) {
    const length = rowLength(text, at);
    if (length < leastRow) left += text.charAt(at);
    at += length < leastRow ? 1 : length;
  }
  return left;
}

/** Of the longest piece of a row that begins at `at`. */
function rowLength(text: string, at: number): number {
  let length = 1;
  while (at + length < text.length && isInRow(text.slice(at, at + length + 1))) length += 1;
  return length;
}

function isInRow(piece: string): boolean {
  return rows.some((row) => row.includes(piece));
}
