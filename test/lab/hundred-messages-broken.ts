/** Broken MIME, and header sections at and beyond the limits. */
import {
  lines,
  mail,
  multipart,
  multipartField,
  nested,
  plain,
  raw,
  textPart,
  usual,
} from "./hundred-messages-parts.ts";

const utf8 = "Content-Type: text/plain; charset=utf-8";

export const broken: Readonly<Record<string, Buffer>> = {
  "no boundary parameter": mail(
    "Broken",
    ["Content-Type: multipart/mixed"],
    ["--x", "", "Hello", "--x--"],
  ),
  "a boundary that never comes": mail("Broken", [multipartField("mixed", "never")], ["Hello"]),
  "no final boundary": mail(
    "Broken",
    [multipartField("mixed", "b1")],
    [multipart("b1", [textPart("Hello")], false)],
  ),
  "an empty boundary": mail(
    "Broken",
    ['Content-Type: multipart/mixed; boundary=""'],
    ["--", "", "Hello"],
  ),
  "an inner boundary like the outer one": mail(
    "Broken",
    [multipartField("mixed", "b2")],
    [multipart("b2", [nested("mixed", "b2", [textPart("Hello")])])],
  ),
  "a boundary of a hundred characters": mail(
    "Broken",
    [multipartField("mixed", "b".repeat(100))],
    [multipart("b".repeat(100), [textPart("Hello")])],
  ),
  "no MIME at all": lines(
    "From: alice@company.example",
    "To: x@plain.test",
    "Subject: Old",
    "",
    "Hello",
  ),
  "a charset that does not exist": mail(
    "Charset",
    ["Content-Type: text/plain; charset=klingon"],
    ["tlh"],
  ),
  "a charset that is not meant": mail(
    "Charset",
    ["Content-Type: text/plain; charset=us-ascii"],
    ["Grüße"],
  ),
  "UTF-8 cut in a character": mail("Cut", [utf8], [raw("Gr\xc3\r\n\xbc\xc3\x9fe\xf0\x9f\r\n")]),
  "base64 that is none": mail(
    "Broken",
    [utf8, "Content-Transfer-Encoding: base64"],
    ["*** not ***", "SGVsbG8", "=x="],
  ),
  "quoted-printable with errors": mail(
    "Broken",
    [utf8, "Content-Transfer-Encoding: quoted-printable"],
    ["=ZZ=4", "soft=", "blank at end =20", "= \t"],
  ),
  "an unknown transfer encoding": mail(
    "Broken",
    [utf8, "Content-Transfer-Encoding: x-rot13"],
    ["Uryyb"],
  ),
  "an encoding on a multipart": mail(
    "Broken",
    [multipartField("mixed", "b3"), "Content-Transfer-Encoding: base64"],
    [multipart("b3", [textPart("Hello")])],
  ),
  "a Content-Type that is none": mail(
    "Broken",
    ['Content-Type: ;;;="', "Content-Disposition"],
    ["Hello"],
  ),
  "the same field many times": mail(
    "Twice",
    [
      utf8,
      "Content-Type: text/html",
      "Subject: another",
      "From: bob@company.example",
      "Date: never",
      "To: y@plain.test",
      "Received: from a by b; never",
    ],
    ["Hello"],
  ),
  "a line in the header that is no field": lines(
    ...usual("Broken"),
    "this is no field",
    "Not-Read: yes",
    "",
    "Hello",
  ),
  "a header that begins with a blank": lines(" leading blank", ...usual("Broken"), "", "Hello"),
  "a field name with blanks before the colon": lines(
    ...usual("Broken"),
    "X-Blank : value",
    "X-Tab\t: value",
    "",
    "Hello",
  ),
  "fields without value": lines(
    ...usual("Empty"),
    "X-Empty:",
    "X-Blank: ",
    "X-Blanks:    ",
    "X-Fold:",
    " value",
    "",
    "Hello",
  ),
  "a field folded into blank lines": lines(
    ...usual("Folds"),
    "X-Fold: one",
    " ",
    "\t",
    " two",
    "",
    "Hello",
  ),
  "strange characters in a field name": lines(
    ...usual("Names"),
    "X-!#$%&'*+^_`{|}~.: value",
    "x-LOWER-Upper:value",
    "",
    "Hello",
  ),
};

export const headers: Readonly<Record<string, Buffer>> = {
  "an encoded subject": plain("=?utf-8?Q?Gr=C3=BC=C3=9Fe?= =?iso-8859-1?B?5Pb8?="),
  "a subject in plain UTF-8": plain("Grüße – 日本語 🎉", "Hello"),
  "a subject in Latin-1": Buffer.concat([
    raw("Subject: Gr\xfc\xdfe\r\nFrom: J\xfcrgen <alice@company.example>\r\n\r\n"),
    lines("Hello"),
  ]),
  "a folded subject of 1000 characters": plain(
    Array.from({ length: 20 }, () => "x".repeat(48)).join("\r\n "),
    "Hello",
  ),
  "a subject of 1500 characters in one line": plain("y".repeat(1500), "Hello"),
  "a field of 20,000 characters in one line": lines(
    ...usual("Long"),
    `X-Long: ${"z".repeat(20_000)}`,
    "",
    "Hello",
  ),
  "a field of 50,000 bytes in folds": lines(
    ...usual("Long"),
    `X-Long: ${Array.from({ length: 500 }, () => "z".repeat(97)).join("\r\n ")}`,
    "",
    "Hello",
  ),
  "nine hundred fields": lines(
    ...usual("Fields"),
    ...Array.from({ length: 900 }, (_, index) => `X-Field-${index}: ${index}`),
    "",
    "Hello",
  ),
  "five hundred recipients in To": lines(
    "From: alice@company.example",
    `To: ${Array.from({ length: 500 }, (_, index) => `Person ${index} <p${index}@plain.test>`).join(",\r\n ")}`,
    "Subject: All",
    "",
    "Hello",
  ),
  "no From, no Date, no Message-ID": lines("Subject: Bare", "", "Hello"),
  "no header but a body": lines("", "Only a body."),
};
