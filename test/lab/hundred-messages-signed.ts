/** Signed, encrypted and packed in other formats than MIME's own. */
import {
  base64,
  binaryLine,
  mail,
  multipart,
  multipartField,
  part,
  plain,
  random,
  textPart,
} from "./hundred-messages-parts.ts";

const utf8 = "Content-Type: text/plain; charset=utf-8";
const p7m = "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m";

export const signed: Readonly<Record<string, Buffer>> = {
  "S/MIME, detached signature": mail(
    "Signed",
    [multipartField("signed", "s1", '; protocol="application/pkcs7-signature"; micalg=sha-256')],
    [
      multipart("s1", [
        textPart("Signed text with blanks at the end   "),
        part(
          ["Content-Type: application/pkcs7-signature; name=smime.p7s"],
          base64(random.bytes(2500)),
        ),
      ]),
    ],
  ),
  "S/MIME, opaque signature": mail(
    "Opaque",
    [`Content-Type: ${p7m.replace("enveloped", "signed")}`, "Content-Transfer-Encoding: base64"],
    [base64(random.bytes(4000), 64)],
  ),
  "S/MIME, encrypted": mail(
    "Encrypted",
    [`Content-Type: ${p7m}`, "Content-Transfer-Encoding: base64"],
    [base64(random.bytes(9000), 64)],
  ),
  "S/MIME in binary": mail(
    "Binary",
    [`Content-Type: ${p7m}`, "Content-Transfer-Encoding: binary"],
    [binaryLine(900), "", binaryLine(700), ""],
  ),
  "PGP/MIME, signed": mail(
    "Signed",
    [multipartField("signed", "p1", '; protocol="application/pgp-signature"; micalg=pgp-sha512')],
    [
      multipart("p1", [
        textPart("- -- dash"),
        part(["Content-Type: application/pgp-signature"], pgp("SIGNATURE")),
      ]),
    ],
  ),
  "PGP/MIME, encrypted": mail(
    "Encrypted",
    [multipartField("encrypted", "p2", '; protocol="application/pgp-encrypted"')],
    [
      multipart("p2", [
        part(["Content-Type: application/pgp-encrypted"], "Version: 1"),
        part(["Content-Type: application/octet-stream"], pgp("MESSAGE")),
      ]),
    ],
  ),
  "inline PGP": plain("Inline", "Before", pgp("MESSAGE"), "After"),
  "PGP clear-signed": plain(
    "Clear",
    "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA512\r\n",
    "- - dash-escaped\r\n. a dot",
    pgp("SIGNATURE"),
  ),
  "an Autocrypt header": mail(
    "Key",
    [
      utf8,
      `Autocrypt: addr=alice@company.example; keydata=\r\n ${base64(random.bytes(900)).replaceAll("\r\n", "\r\n ")}`,
    ],
    ["Hello"],
  ),
  "DKIM and ARC headers": mail(
    "Seals",
    [
      utf8,
      "DKIM-Signature: v=1; a=rsa-sha256; d=company.example; s=one;\r\n\th=from:to; bh=AAAA;\r\n\tb=BBBB",
      "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=elsewhere.example; s=x; b=CCCC",
      "Authentication-Results: mail.company.example; spf=pass",
    ],
    ["Hello"],
  ),
  "winmail.dat": mail(
    "TNEF",
    [multipartField("mixed", "w1")],
    [
      multipart("w1", [
        textPart("Hello"),
        part(
          [
            'Content-Type: application/ms-tnef; name="winmail.dat"',
            "Content-Transfer-Encoding: base64",
          ],
          base64(Buffer.concat([Buffer.from("789f3e22", "hex"), random.bytes(3000)])),
        ),
      ]),
    ],
  ),
  "TNEF as the whole body": mail(
    "TNEF",
    [
      "Content-Type: application/ms-tnef",
      "Content-Transfer-Encoding: base64",
      "X-MS-TNEF-Correlator: <x>",
    ],
    [base64(Buffer.concat([Buffer.from("789f3e22", "hex"), random.bytes(700)]))],
  ),
  uuencoded: plain("uu", "begin 644 cat.txt", "#0V%T", "`", "end"),
  "yEnc and BinHex": plain(
    "Old",
    "=ybegin line=128 size=3 name=a",
    "(This file must be converted with BinHex 4.0)",
  ),
};

function pgp(what: string): string {
  const content = base64(random.bytes(700), 64);
  return `-----BEGIN PGP ${what}-----\r\n\r\n${content}\r\n=abcd\r\n-----END PGP ${what}-----`;
}
