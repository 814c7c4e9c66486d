/**
 * A structured field cut at its semicolons (RFC 2045 §5.1), without comments (RFC 5322 §3.2.2), the
 * marks of quoted strings and what follows these. Each character is met once, an open comment's
 * twice.
 */
export interface StructuredItem {
  readonly text: string;
  /** Then blanks at its ends are meant. */
  readonly isQuoted: boolean;
}

export function splitItems(text: string): readonly StructuredItem[] {
  return new ItemReader(text).read();
}

class ItemReader {
  readonly #text: string;
  readonly #items: StructuredItem[] = [];
  #item = "";
  /** Of the item so far, which is long to ask itself: its last character, the last but blanks. */
  #last = "";
  #lastSolid = "";
  #hasEquals = false;
  #isQuoted = false;
  #at = 0;
  /** False after one that does not end. */
  #hasComments = true;

  constructor(text: string) {
    this.#text = text;
  }

  read(): readonly StructuredItem[] {
    while (this.#at < this.#text.length) this.#step(this.#text[this.#at] ?? "");
    this.#endItem();
    return this.#items;
  }

  #step(character: string): void {
    if (character === '"') return this.#readQuoted();
    if (character === "(" && this.#mayBeComment()) return this.#skipComment();
    this.#at += 1;
    if (character === ";") this.#endItem();
    else this.#append(character);
  }

  #append(text: string): void {
    this.#item += text;
    this.#last = text.at(-1) ?? this.#last;
    this.#lastSolid = text.trimEnd().at(-1) ?? this.#lastSolid;
    this.#hasEquals ||= text.includes("=");
  }

  #endItem(): void {
    this.#items.push({ text: this.#item, isQuoted: this.#isQuoted });
    this.#item = "";
    [this.#last, this.#lastSolid, this.#hasEquals] = ["", "", false];
    this.#isQuoted = false;
  }

  /** A bracket within a word belongs to it, as in `filename=Invoice(1).pdf`. */
  #mayBeComment(): boolean {
    const isApart = ["", " ", "\t", "="].includes(this.#last);
    return this.#hasComments && (isApart || !this.#hasEquals);
  }

  #skipComment(): void {
    let depth = 0;
    for (let at = this.#at; at < this.#text.length; at += 1) {
      const character = this.#text[at];
      if (character === "\\") at += 1;
      else if (character === "(") depth += 1;
      else if (character === ")") depth -= 1;
      if (depth > 0) continue;
      if (this.#isWithinName(at + 1)) this.#append(this.#text.slice(this.#at, at + 1));
      this.#at = at + 1;
      return;
    }
    this.#hasComments = false;
    this.#skipToSemicolon(this.#at);
  }

  /** Unquoted names have blanks, too: `filename=Invoice (1).pdf`. */
  #isWithinName(next: number): boolean {
    const isBegun = this.#hasEquals && this.#lastSolid !== "=";
    return isBegun && /^[^ \t;"]$/.test(this.#text[next] ?? "");
  }

  #readQuoted(): void {
    const bare = this.#item.trimEnd();
    if (bare.endsWith("=")) this.#item = bare;
    const pieces: string[] = [];
    let at = this.#at + 1;
    for (; at < this.#text.length && this.#text[at] !== '"'; at += 1) {
      if (this.#text[at] === "\\") at += 1;
      pieces.push(this.#text[at] ?? "");
    }
    this.#item += pieces.join("");
    this.#isQuoted = true;
    this.#skipToSemicolon(at + 1);
  }

  #skipToSemicolon(from: number): void {
    const semicolon = this.#text.indexOf(";", from);
    this.#at = semicolon < 0 ? this.#text.length : semicolon;
  }
}
