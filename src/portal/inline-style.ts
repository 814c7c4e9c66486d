/**
 * Style attributes of a mail, reduced to declarations that can neither load anything nor leave
 * their place on the page: known properties with plain values. The browser's policy for the
 * body document forbids loading anyway; this is the second layer.
 */
const properties: ReadonlySet<string> = new Set(
  (
    "background background-color border border-bottom border-collapse border-color border-left " +
    "border-radius border-right border-spacing border-style border-top border-width clear color " +
    "direction display float font font-family font-size font-style font-variant font-weight " +
    "height letter-spacing line-height list-style list-style-type margin margin-bottom " +
    "margin-left margin-right margin-top max-width min-width padding padding-bottom " +
    "padding-left padding-right padding-top table-layout text-align text-decoration " +
    "text-indent text-transform vertical-align white-space width word-break word-spacing"
  ).split(" "),
);
const colourFunction = /\b(?:rgb|hsl)a?\([\d\s.,%/deg]*\)/gi;
const quotedName = /"[\w\s-]*"|'[\w\s-]*'/g;
const plainValue = /^[\w\s#%.,!/+-]*$/;
const maxLength = 4000;

export function filterStyle(style: string): string {
  if (style.length > maxLength) return "";
  return style
    .split(";")
    .map((declaration) => declaration.trim())
    .filter(isHarmless)
    .join(";");
}

/** How many things of other servers the declarations would load. */
export function countRemoteUrls(style: string): number {
  return style.match(/url\(\s*(?:["']\s*)?(?:https?:)?\/\//gi)?.length ?? 0;
}

function isHarmless(declaration: string): boolean {
  const colon = declaration.indexOf(":");
  if (colon < 1) return false;
  const property = declaration.slice(0, colon).trim().toLowerCase();
  const value = declaration.slice(colon + 1);
  if (!properties.has(property)) return false;
  return plainValue.test(value.replace(colourFunction, "").replace(quotedName, ""));
}
