/** Text, pictures and boxes below each other within one width, as `body-size.ts` measures them. */

/** What text inherits. */
export interface Type {
  readonly fontPx: number;
  /** Of the font's size. */
  readonly leading: number;
  readonly keepsLines: boolean;
}

/** Of the font's size, in common fonts. */
const letterWidth = 0.505;
/** Lines end before they are full: the next word is too long. */
const unfilledPx = 42;

/** If it stood in one line. */
export function textWidth(text: string, { fontPx }: Type): number {
  return lettersOf(text) * fontPx * letterWidth;
}

export class Flow {
  readonly width: number;
  #height = 0;
  /** Of the last block, which the next one's may cover. */
  #margin = 0;
  #linePx = 0;
  #lineHeight = 0;
  #pictureHeight = 0;

  constructor(width: number) {
    this.width = width;
  }

  addText(text: string, type: Type): void {
    if (type.keepsLines) {
      const [first = "", ...others] = text.split("\n");
      this.#addWords(first, type);
      for (const line of others) {
        this.breakLine(type);
        this.#addWords(line, type);
      }
      return;
    }
    const words = text.replace(/[ \t\r\n]+/g, " ");
    if (words !== " " || this.#linePx > 0) this.#addWords(words, type);
  }

  breakLine(type: Type): void {
    this.#lineHeight = Math.max(this.#lineHeight, heightOf(type));
    this.#endLine();
  }

  addPicture({ width, height }: { readonly width: number; readonly height: number }): void {
    if (this.#linePx + width > this.width) this.#endLine();
    this.#linePx += width;
    this.#pictureHeight = Math.max(this.#pictureHeight, height);
  }

  addBlock(marginAbove: number, height: number, marginBelow: number): void {
    this.#endLine();
    this.#height += Math.max(this.#margin, marginAbove) + height;
    this.#margin = marginBelow;
  }

  end(): number {
    this.#endLine();
    return this.#height + this.#margin;
  }

  #addWords(words: string, type: Type): void {
    if (words === "") return;
    this.#linePx += textWidth(words, type);
    this.#lineHeight = Math.max(this.#lineHeight, heightOf(type));
  }

  #endLine(): void {
    if (this.#linePx === 0 && this.#lineHeight === 0) return;
    const filled = Math.max(this.width - unfilledPx, this.width / 2);
    const lines = this.#linePx <= this.width ? 1 : Math.ceil(this.#linePx / filled);
    // A picture makes the line that it stands in higher, and no other.
    const text = Math.max(lines - 1, 0) * this.#lineHeight;
    this.#height += this.#margin + text + Math.max(this.#pictureHeight, this.#lineHeight);
    this.#margin = 0;
    this.#linePx = 0;
    this.#lineHeight = 0;
    this.#pictureHeight = 0;
  }
}

function heightOf({ fontPx, leading }: Type): number {
  return fontPx * leading;
}

/** An entity is one letter. */
function lettersOf(text: string): number {
  return text.replace(/&\w+;/g, "x").length;
}
