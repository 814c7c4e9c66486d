/** The multiparts that are open at one place of a mail, and which of them a line delimits. */

export interface Multipart {
  /** In lower case. */
  readonly subtype: string;
  readonly boundary: Buffer;
}

export interface Delimiter {
  /** Of the multipart, outermost first. */
  readonly index: number;
  /** It was the last of them. */
  readonly isClosing: boolean;
}

/**
 * With its line end and all the returns before that. RFC 2046 §5.1.1 allows 70 characters; a much
 * longer line with two dashes is text.
 */
export const maxDelimiterBytes = 1000;
const dash = 0x2d;

export class DelimiterStack {
  readonly #open: Multipart[] = [];

  get depth(): number {
    return this.#open.length;
  }

  /** What a part without Content-Type is (RFC 2046 §5.1.5). */
  get defaultType(): string {
    return this.#open.at(-1)?.subtype === "digest" ? "message/rfc822" : "text/plain";
  }

  push(multipart: Multipart): void {
    this.#open.push(multipart);
  }

  pop(): void {
    this.#open.pop();
  }

  /** For the line from `at` to `end`, its text's, and `next`, the next line's; the innermost counts. */
  match(
    data: Buffer,
    at: number,
    { end, next }: { readonly end: number; readonly next: number },
  ): Delimiter | undefined {
    if (data[at] !== dash || data[at + 1] !== dash || next - at > maxDelimiterBytes)
      return undefined;
    for (let index = this.#open.length - 1; index >= 0; index -= 1) {
      const boundary = this.#open[index]?.boundary;
      if (boundary === undefined) continue;
      const behind = at + 2 + boundary.length;
      if (behind > end || !standsAt(boundary, data, at + 2)) continue;
      const isClosing = behind + 2 <= end && data[behind] === dash && data[behind + 1] === dash;
      if (isBlank(data, isClosing ? behind + 2 : behind, end)) return { index, isClosing };
    }
    return undefined;
  }
}

function standsAt(boundary: Buffer, data: Buffer, at: number): boolean {
  for (let index = 0; index < boundary.length; index += 1) {
    if (data[at + index] !== boundary[index]) return false;
  }
  return true;
}

/** Blanks behind a delimiter are allowed (RFC 2046 §5.1.1). */
function isBlank(data: Buffer, at: number, end: number): boolean {
  for (let index = at; index < end; index += 1) {
    if (data[index] !== 0x20 && data[index] !== 0x09) return false;
  }
  return true;
}
