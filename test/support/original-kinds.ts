/**
 * Originals of every kind that mail programs send. All that tells of content carries the word
 * SECRET, and so does what names a kind: type, parameters, file names.
 */
import type { HeaderField } from "../../src/mime/header.ts";

export interface OriginalKind {
  /** Continues "an original that is …". */
  readonly kind: string;
  /** Beside From, To, Date and Message-ID. */
  readonly fields: readonly HeaderField[];
  /** Lines ended by LF. */
  readonly body: string;
}

/** Words of content, kind or program: none of them may be in a notification's header. */
export const secretPattern: RegExp =
  /SECRET|pkcs7|pgp|calendar|mixed|report|signed|encrypted|octet|attachment|disposition|micalg|x-ms|thread-|outlook|autocrypt/i;

const field = (name: string, value: string): HeaderField => ({ name, value: ` ${value}` });
const mime = field("MIME-Version", "1.0");
const subject = field("Subject", "SECRET plans");

export const originals: readonly OriginalKind[] = [
  {
    kind: "plain text without MIME",
    fields: [subject],
    body: "SECRET text\n",
  },
  {
    kind: "8-bit text",
    fields: [
      subject,
      mime,
      field("Content-Type", 'text/plain; charset=utf-8; format=flowed; name="SECRET.txt"'),
      field("Content-Transfer-Encoding", "8bit"),
      field("Content-Language", "de-SECRET"),
    ],
    body: "SECRET Grüße\n",
  },
  {
    kind: "HTML",
    fields: [
      subject,
      mime,
      field("Content-Type", "text/html; charset=utf-8"),
      field("Content-Transfer-Encoding", "quoted-printable"),
      field("Content-Description", "SECRET"),
      field("Content-Base", '"https://SECRET.example/"'),
    ],
    body: "<p>SECRET</p>\n",
  },
  {
    kind: "from a program that repeats the subject",
    fields: [
      subject,
      field("Thread-Topic", "SECRET plans"),
      field("Thread-Index", "AQHSECRET=="),
      field("Keywords", "SECRET, plans"),
      field("Comments", "about the SECRET"),
      field("X-MS-Has-Attach", "yes"),
      field("X-MS-Exchange-Organization-SECRET", "1"),
      field("X-MS-TNEF-Correlator", "<SECRET@own.example>"),
      field("X-Mailer", "Microsoft Outlook 16 SECRET"),
      field("Sensitivity", "Company-Confidential"),
      field("Autocrypt", "addr=erna@own.example; keydata=SECRET"),
      field("Disposition-Notification-To", "Erna SECRET <erna@own.example>"),
      field("Return-Receipt-To", "SECRET@own.example"),
      field("Accept-Language", "de-SECRET"),
      field("Face", "SECRET"),
      field("Organization", "SECRET"),
      mime,
      field("Content-Type", 'multipart/mixed;\n\tboundary="SECRET"'),
    ],
    body: '--SECRET\nContent-Type: application/octet-stream; name="SECRET.xlsx"\n\nU0VD\n--SECRET--\n',
  },
  {
    kind: "signed by S/MIME",
    fields: [
      subject,
      mime,
      field(
        "Content-Type",
        'multipart/signed; protocol="application/pkcs7-signature";\n\tmicalg=sha-256; boundary="SECRET"',
      ),
    ],
    body: '--SECRET\nContent-Type: text/plain\n\nSECRET\n--SECRET\nContent-Type: application/pkcs7-signature; name="smime.p7s"\n\nMIIB\n--SECRET--\n',
  },
  {
    kind: "encrypted by S/MIME",
    fields: [
      subject,
      mime,
      field("Content-Type", 'application/pkcs7-mime; smime-type=enveloped-data; name="SECRET.p7m"'),
      field("Content-Disposition", 'attachment; filename="SECRET.p7m"'),
      field("Content-Transfer-Encoding", "base64"),
    ],
    body: "MIIBSECRET\n",
  },
  {
    kind: "signed by OpenPGP, with protected headers",
    fields: [
      subject,
      mime,
      field(
        "Content-Type",
        'multipart/signed; micalg="pgp-sha512"; protocol="application/pgp-signature";\n boundary="SECRET"; hp="clear"',
      ),
      field("OpenPGP", "id=SECRET; url=https://SECRET.example/key.asc"),
    ],
    body: "--SECRET\nContent-Type: text/plain; protected-headers=v1\nSubject: SECRET plans\n\nSECRET\n--SECRET\nContent-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----\n--SECRET--\n",
  },
  {
    kind: "encrypted by OpenPGP",
    fields: [
      field("Subject", "..."),
      mime,
      field(
        "Content-Type",
        'multipart/encrypted; protocol="application/pgp-encrypted";\n boundary="SECRET"',
      ),
    ],
    body: "--SECRET\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--SECRET\nContent-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\nSECRET\n--SECRET--\n",
  },
  {
    kind: "an invitation",
    fields: [
      field("Subject", "Invitation: SECRET"),
      mime,
      field("Content-Type", 'text/calendar; charset=utf-8; method=REQUEST; name="SECRET.ics"'),
      field("Content-Class", "urn:content-classes:calendarmessage"),
      field("X-MICROSOFT-CDO-BUSYSTATUS", "SECRET"),
    ],
    body: "BEGIN:VCALENDAR\nMETHOD:REQUEST\nSUMMARY:SECRET\nEND:VCALENDAR\n",
  },
  {
    kind: "a read receipt",
    fields: [
      field("Subject", "Read: SECRET"),
      mime,
      field(
        "Content-Type",
        'multipart/report; report-type=disposition-notification;\n boundary="SECRET"',
      ),
      field("Original-Message-ID", "<SECRET@example.net>"),
    ],
    body: "--SECRET\nContent-Type: message/disposition-notification\n\nDisposition: manual-action/MDN-sent-manually; displayed\n--SECRET--\n",
  },
  {
    kind: "broken",
    fields: [
      { name: "Subject", value: "\n\tSECRET\n\tplans" },
      { name: "SUBJECT", value: " SECRET again" },
      { name: "MIME-version", value: " (SECRET)" },
      { name: "Content-type", value: " SECRET/;;=" },
      { name: "content-TYPE", value: ' multipart/mixed; boundary="never SECRET"' },
      { name: "X-SECRET", value: "" },
      { name: "DKIM-Signature", value: " v=1; h=SECRET; b=AAAA" },
      { name: "ARC-Seal", value: " i=1; SECRET" },
      { name: "Bcc", value: " SECRET@example.net" },
    ],
    body: "",
  },
];
