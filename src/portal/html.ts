/**
 * HTML by tagged template: everything put into a template is escaped unless it is `Html` itself,
 * so forgetting to think produces harmless text. Attribute values must stand in double quotes;
 * the escaping is for text and for quoted attributes, not for script, style or URLs of strangers.
 */
import { escapeHtml } from "../base/escape-html.ts";

/** Markup that is already safe. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** `undefined` vanishes, an array is put together without separator. */
export type HtmlValue = Html | string | number | undefined | readonly HtmlValue[];

export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(
    strings.map((text, index) => (index === 0 ? "" : render(values[index - 1])) + text).join(""),
  );
}

function render(value: HtmlValue): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.markup;
  if (typeof value === "string" || typeof value === "number") return escapeHtml(String(value));
  return value.map(render).join("");
}
