/**
 * The HTML part of a mail as a document that is safe to show in a sandboxed frame. The sandbox
 * and its policy (`security-headers.ts`) are the boundary; the sanitiser is a second layer and
 * does what a policy cannot: it takes remote content out and counts it (what stands in style
 * elements goes with them uncounted), puts the mail's own pictures in, and shows where a link
 * really leads. RFC 2392 (cid:), RFC 2397 (data:).
 */

import sanitizeHtml from "sanitize-html";
import type { Language } from "../base/language.ts";
import { Html, html } from "./html.ts";
import { pictureUrl } from "./inline-picture.ts";
import { countRemoteUrls, filterStyle } from "./inline-style.ts";
import { nameLinkHosts } from "./link-host.ts";
import { decodePercent } from "./percent-text.ts";

export interface Picture {
  /** Without angle brackets. */
  readonly contentId: string;
  readonly bytes: Buffer;
}

export interface CleanBody {
  readonly markup: string;
  /** Pictures and styles of other servers that were left out. */
  readonly remoteCount: number;
  /** Content-IDs of the pictures that stand in the markup. */
  readonly shown: ReadonlySet<string>;
}

const maxPictureBytes = 10 * 1024 * 1024;
const remote = /^\s*(?:https?:)?\/\//i;
const absolute = /^\s*(?:https?:\/\/|mailto:|tel:)/i;

const allowedTags = (
  "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup " +
  "dd del dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins " +
  "kbd li main mark nav ol p pre q s samp section small span strike strong sub sup table tbody " +
  "td tfoot th thead time tr tt u ul var wbr"
).split(" ");

/** Their text is no text for people. */
const nonTextTags = (
  "script style title textarea option select noscript template svg math iframe object xmp " +
  "noembed noframes"
).split(" ");

export function cleanBody(markup: string, pictures: readonly Picture[]): CleanBody {
  const pass = new CleaningPass(pictures);
  const cleaned = sanitizeHtml(markup, {
    allowedTags,
    nonTextTags,
    allowedAttributes: {
      "*": ["style", "dir", "lang", "align", "valign", "title", "width", "height", "bgcolor"],
      a: ["href", "rel", "target"],
      img: ["src", "alt"],
      td: ["colspan", "rowspan"],
      th: ["colspan", "rowspan", "scope"],
      table: ["border", "cellpadding", "cellspacing"],
      font: ["color", "size", "face"],
      ol: ["start", "type"],
    },
    // Outlook marks its paragraphs so; without their margins every line would stand alone.
    allowedClasses: { "*": ["MsoNormal", "MsoListParagraph"] },
    allowedSchemes: ["http", "https", "mailto", "tel"],
    allowedSchemesByTag: { img: ["data"] },
    allowProtocolRelative: false,
    parseStyleAttributes: false,
    nestingLimit: 200,
    transformTags: { a: linkTag, img: pass.picture, link: pass.styleLink, "*": pass.any },
  });
  return { markup: nameLinkHosts(cleaned), remoteCount: pass.remoteCount, shown: pass.shown };
}

/** The whole document for the frame. */
export function bodyDocument(body: CleanBody, language: Language, title: string): string {
  const page = html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
:root{color-scheme:light}
body{margin:0;padding:16px;background:#fff;color:#1a1a1a;font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
p{margin:.6em 0}.MsoNormal,.MsoListParagraph{margin:0}
img{max-width:100%;height:auto}
pre{white-space:pre-wrap}
blockquote{margin:.6em 0;padding-left:.8em;border-left:3px solid #c5ccd3}
.link-host{font-size:.85em;color:#57606a}
</style></head>
<body dir="auto">${new Html(body.markup)}</body></html>`;
  return page.markup;
}

type Attributes = Record<string, string>;

function linkTag(tagName: string, attributes: Attributes): sanitizeHtml.Tag {
  const { href = "", title = "", style = "" } = attributes;
  // A relative address would lead to the portal itself, under words of the mail's choice.
  const kept = absolute.test(href) ? { href: href.trim() } : {};
  return {
    tagName,
    attribs: { ...kept, title, style, target: "_blank", rel: "noopener noreferrer nofollow" },
  };
}

/** What one cleaning counts and uses up. */
class CleaningPass {
  readonly shown = new Set<string>();
  remoteCount = 0;
  readonly #pictures: ReadonlyMap<string, Buffer>;
  #pictureBytes = 0;

  constructor(pictures: readonly Picture[]) {
    this.#pictures = new Map(pictures.map((picture) => [picture.contentId, picture.bytes]));
  }

  readonly any = (tagName: string, attributes: Attributes): sanitizeHtml.Tag => {
    const { style, ...rest } = attributes;
    const loading = [rest["background"], rest["srcset"], rest["poster"]];
    this.remoteCount += loading.filter((url) => url !== undefined && remote.test(url)).length;
    if (style === undefined) return { tagName, attribs: rest };
    this.remoteCount += countRemoteUrls(style);
    return { tagName, attribs: { ...rest, style: filterStyle(style) } };
  };

  readonly styleLink = (tagName: string, attributes: Attributes): sanitizeHtml.Tag => {
    if (remote.test(attributes["href"] ?? "")) this.remoteCount += 1;
    return { tagName, attribs: {} };
  };

  /** A picture that cannot be shown leaves the text that stands for it. */
  readonly picture = (tagName: string, attributes: Attributes): sanitizeHtml.Tag => {
    const { src = "", alt = "", ...rest } = attributes;
    const url = this.#resolve(src.trim());
    if (url !== undefined) return { tagName, attribs: { src: url, alt, ...rest } };
    if (remote.test(src)) this.remoteCount += 1;
    return { tagName: "span", attribs: {}, text: alt === "" ? "" : `[${alt}]` };
  };

  #resolve(source: string): string | undefined {
    const contentId = /^cid:(.+)$/i.exec(source)?.[1];
    if (contentId !== undefined) return this.#attached(contentId);
    const inline = /^data:image\/[\w+.-]+;base64,([A-Za-z0-9+/=\s]+)$/i.exec(source)?.[1];
    return inline === undefined ? undefined : this.#within(Buffer.from(inline, "base64"));
  }

  #attached(encodedId: string): string | undefined {
    const contentId = decodePercent(encodedId);
    const bytes = this.#pictures.get(contentId);
    const url = bytes === undefined ? undefined : this.#within(bytes);
    if (url !== undefined) this.shown.add(contentId);
    return url;
  }

  #within(bytes: Buffer): string | undefined {
    if (this.#pictureBytes + bytes.length > maxPictureBytes) return undefined;
    const url = pictureUrl(bytes);
    if (url !== undefined) this.#pictureBytes += bytes.length;
    return url;
  }
}
