/**
 * The text of an HTML part that came without a plain alternative: for the plain view, for paper,
 * and for browsers that do not say what they load.
 */
import sanitizeHtml from "sanitize-html";

const blocks =
  "address blockquote div dl dd dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table tr ul";
const cells = "td th";
const hidden = "script style title textarea option select noscript template svg math iframe object";

const lineBreaks = new RegExp(`</?(?:br|${blocks.replaceAll(" ", "|")})(?: /)?>`, "g");
const cellBreaks = new RegExp(`</(?:${cells.replaceAll(" ", "|")})>`, "g");

export function textOfHtml(markup: string): string {
  const skeleton = sanitizeHtml(markup, {
    allowedTags: ["br", ...blocks.split(" "), ...cells.split(" ")],
    allowedAttributes: {},
    nonTextTags: hidden.split(" "),
    nestingLimit: 200,
  });
  return skeleton
    .replace(/\s+/g, " ")
    .replace(cellBreaks, "\t")
    .replace(lineBreaks, "\n")
    .replace(/<[^<>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&nbsp;", " ")
    .replaceAll("&amp;", "&")
    .split("\n")
    .map((line) => line.trim())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
