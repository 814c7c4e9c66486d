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

/** Attributes of the field `name`, which has a hint. `more`: ids of what else describes it. */
export function fieldMarks(name: string, failed: boolean, more: readonly string[] = []): Html {
  const ids = [...(failed ? [`${name}-error`] : []), `${name}-hint`, ...more].join(" ");
  return html` aria-describedby="${ids}"${failed ? html` aria-invalid="true" autofocus` : undefined}`;
}
