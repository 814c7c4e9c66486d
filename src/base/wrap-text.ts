/**
 * Text broken into lines of a given width, for terminals and mails. A word that is longer than a
 * line stays whole, so that names and keys can be copied. One code point counts as one column.
 */
export interface Wrapping {
  /** Columns of a line, its indentation included. */
  readonly width: number;
  /** What the first line begins with: blanks, a bullet. */
  readonly first?: string;
  /** What the others begin with; as many blanks as `first` is long, unless told. */
  readonly rest?: string;
}

/** At least one line; blanks at the ends of lines and double blanks between words are lost. */
export function wrapText(text: string, wrapping: Wrapping): readonly string[] {
  const { width, first = "", rest = " ".repeat(columns(first)) } = wrapping;
  const lines: string[] = [];
  let line = first;
  let isBlank = true;
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (!isBlank && columns(line) + 1 + columns(word) > width) {
      lines.push(line);
      line = rest;
      isBlank = true;
    }
    line += isBlank ? word : ` ${word}`;
    isBlank = false;
  }
  return [...lines, line.trimEnd()];
}

function columns(text: string): number {
  return Array.from(text).length;
}
