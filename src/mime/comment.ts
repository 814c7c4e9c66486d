/**
 * Comments of structured header fields (RFC 5322 §3.2.2): in parentheses, nested, with quoted pairs
 * and beside quoted strings (RFC 5322 §3.2.4), in which a parenthesis is none. One pass, whatever
 * the depth.
 */

/** A blank in the place of each comment. A parenthesis that nothing closes begins none. */
export function stripComments(text: string): string {
  let kept = "";
  /** Where the text of the outermost open comment begins, and how many are open. */
  let [begun, depth] = [0, 0];
  let isQuoted = false;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "\\") at += 1;
    else if (depth === 0 && character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === "(") {
      if (depth === 0) begun = at;
      depth += 1;
    } else if (character === ")" && depth > 0) {
      depth -= 1;
      if (depth > 0) continue;
      kept += `${text.slice(from, begun)} `;
      from = at + 1;
    }
  }
  return kept + text.slice(from);
}
