/** The HTML part of a mail of ours: no script, no picture, nothing remote, styled in place. */
import { escapeHtml } from "../base/escape-html.ts";

/** `sections`: HTML, one per language, the first of them German. */
export function htmlMail(sections: readonly string[]): string {
  return `<!DOCTYPE html>
<html lang="de">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
<body style="font-family:sans-serif;font-size:16px;line-height:1.5;max-width:40em;margin:1em">
${sections.join("\n<hr>\n")}
</body>
</html>
`;
}

/** Label and value of each row as plain text. */
export function factTable(rows: readonly (readonly [label: string, value: string])[]): string {
  const lines = rows.map(
    ([label, value]) =>
      `<tr><th scope="row" style="text-align:left;vertical-align:top;padding-right:1em">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<table style="margin:1em 0">\n${lines.join("\n")}\n</table>`;
}
