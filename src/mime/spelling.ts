/**
 * A code as it is spoken on the telephone: German by the towns of DIN 5009:2022, English by the
 * ICAO alphabet (ICAO Annex 10, volume II, §5.2.1.3). Digits are spoken as numbers.
 */
const towns =
  "Aachen Berlin Chemnitz Düsseldorf Essen Frankfurt Goslar Hamburg Ingelheim Jena Köln Leipzig München Nürnberg Offenbach Potsdam Quickborn Rostock Salzwedel Tübingen Unna Völklingen Wuppertal Xanten Ypsilon Zwickau";
const icao =
  "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu";

export const germanSpelling: ReadonlyMap<string, string> = spellingOf(
  towns,
  "null eins zwei drei vier fünf sechs sieben acht neun",
);
export const englishSpelling: ReadonlyMap<string, string> = spellingOf(
  icao,
  "zero one two three four five six seven eight nine",
);

/** `code` with its dashes: words of a group separated by blanks, groups by a comma. */
export function spell(code: string, spelling: ReadonlyMap<string, string>): string {
  const groups = code.toUpperCase().split("-");
  return groups
    .map((group) =>
      Array.from(group, (character) => spelling.get(character) ?? character).join(" "),
    )
    .join(", ");
}

function spellingOf(letters: string, digits: string): ReadonlyMap<string, string> {
  const byLetter = letters.split(" ").map((word) => [word.charAt(0), word] as const);
  const byDigit = digits.split(" ").map((word, digit) => [String(digit), word] as const);
  return new Map([...byLetter, ...byDigit]);
}
