/** A body with the same content as text and as HTML (RFC 2046 §5.1.4), 7-bit and short-lined. */
import type { HeaderField } from "./header.ts";
import { encodeQuotedPrintable } from "./quoted-printable.ts";

export interface AlternativeContent {
  /** Lines ended by LF. */
  readonly text: string;
  readonly html: string;
  /** Whether `text` is format=flowed (`flowed-text.ts`). */
  readonly flowed?: boolean;
  /** Makes the boundary; letters, digits and dashes. */
  readonly label: string;
}

export interface ComposedBody {
  /** MIME-Version and the Content- fields, values with their leading blank. */
  readonly headers: readonly HeaderField[];
  readonly body: Buffer;
}

export function composeAlternative(content: AlternativeContent): ComposedBody {
  // `=_` cannot occur in quoted-printable, so no line of a part can be the boundary.
  const boundary = `=_mxseal-${content.label}`;
  const plain = content.flowed === true ? "plain; format=flowed" : "plain";
  const parts = [partOf(plain, content.text), partOf("html", content.html)];
  const opened = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join("");
  return {
    headers: [
      { name: "MIME-Version", value: " 1.0" },
      { name: "Content-Type", value: ` multipart/alternative;\n boundary="${boundary}"` },
    ],
    body: Buffer.from(`${opened}--${boundary}--\r\n`, "latin1"),
  };
}

/** `subtype`: with the parameters of its own. */
function partOf(subtype: string, text: string): string {
  return [
    `Content-Type: text/${subtype}; charset=utf-8`,
    "Content-Transfer-Encoding: quoted-printable",
    "",
    encodeQuotedPrintable(text),
  ].join("\r\n");
}
