/** Bodies: empty, long, with every byte, in every charset. */
import { base64, binaryLine, lines, mail, plain, raw, usual } from "./hundred-messages-parts.ts";

const utf8 = "Content-Type: text/plain; charset=utf-8";

export const bodies: Readonly<Record<string, Buffer>> = {
  "an empty body": lines(...usual("Empty"), ""),
  "no body and no empty line": lines(...usual("Header only")),
  "nothing at all": Buffer.alloc(0),
  "a body of empty lines": plain("Lines", "", "", "", ""),
  "no line end at the end": Buffer.concat([plain("Last"), raw("the last line")]),
  "dots at the beginning of lines": plain("Dots", ".", "..", "...", ".text", ". ", "text.", ".."),
  "a dot as the first line": plain("Dot", "."),
  "blanks at the ends of lines": plain("Blanks", "one ", "two\t", "   ", "\t"),
  "a line of 998 characters": plain("998", "a".repeat(998)),
  "a line of 999 characters": plain("999", "a".repeat(999)),
  "a line of 2048 characters": plain("2048", "a".repeat(2048)),
  "a line of 2049 characters that begins with a dot": plain("2049", `.${"a".repeat(2048)}`),
  "a line of 5000 dots": plain("Dots", ".".repeat(5000)),
  "a line of 300,000 characters": plain("Long", "b".repeat(300_000)),
  "8-bit text in Latin-1": mail(
    "8bit",
    ["Content-Type: text/plain; charset=iso-8859-1", "Content-Transfer-Encoding: 8bit"],
    [raw("Gr\xfc\xdfe\r\n")],
  ),
  "every byte but CR, LF and NUL": mail(
    "Bytes",
    [utf8],
    [
      Buffer.from(
        Array.from({ length: 256 }, (_, byte) => byte).filter(
          (byte) => ![0, 10, 13].includes(byte),
        ),
      ),
      "",
    ],
  ),
  NULs: mail("NUL", [utf8], [raw("a\0b\r\n\0\r\nend\0\r\n")]),
  binary: mail(
    "Binary",
    ["Content-Type: application/octet-stream", "Content-Transfer-Encoding: binary"],
    [binaryLine(30_000), ""],
  ),
  "bare carriage returns": mail("CR", [utf8], [raw("one\rtwo\r\n\rthree\r\r\nfour\r\r\r\n")]),
  "bare line feeds": mail("LF", [utf8], [raw("one\ntwo\n\nthree\r\n\nfour\n")]),
  "line feeds alone throughout": raw(
    lines(...usual("LF"), "", "Hello", "there")
      .toString("latin1")
      .replaceAll("\r\n", "\n"),
  ),
  "other line separators": mail("Lines", [utf8], ["a\u2028b\u0085c\u000bd\u000ce"]),
  "UTF-7": mail("UTF-7", ["Content-Type: text/plain; charset=utf-7"], ["Gr+APwA3w-e"]),
  "UTF-16 in base64": mail(
    "UTF-16",
    ["Content-Type: text/plain; charset=utf-16", "Content-Transfer-Encoding: base64"],
    [base64(Buffer.from("\ufeffGrüße", "utf16le"))],
  ),
  "UTF-16 as it is": mail(
    "UTF-16",
    ["Content-Type: text/plain; charset=utf-16le"],
    [Buffer.from("Hello there", "utf16le"), ""],
  ),
  "ISO-2022-JP": mail(
    "=?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=",
    ["Content-Type: text/plain; charset=iso-2022-jp"],
    ["\x1b$BF|K\\8l\x1b(B"],
  ),
  "a byte order mark": mail("BOM", [utf8], ["\ufeffHello"]),
  "right-to-left text": plain("עברית", "שלום", "\u202eevil\u202c"),
};
