/**
 * How a form says what is wrong with a field: a box above it, tied to it, and the focus in it (WCAG
 * 2.2 SC 3.3.1, 4.1.2). `NAME-error` and `NAME-hint` are the ids of what belongs to field NAME.
 */
import { type Html, html } from "./html.ts";

/** `id`: of the box, where one field is at fault. */
export function faultBox(lines: string | readonly string[], id?: string): Html {
  const texts = typeof lines === "string" ? [lines] : lines;
  const name = id && html` id="${id}"`;
  return html`<div class="error"${name} role="alert">${texts.map((line) => html`<p>${line}</p>`)}</div>`;
}

/** Attributes of the field `name`, which has a hint. */
export function fieldMarks(name: string, failed: boolean): Html {
  return failed
    ? html` aria-describedby="${name}-error ${name}-hint" aria-invalid="true" autofocus`
    : html` aria-describedby="${name}-hint"`;
}
