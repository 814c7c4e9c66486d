/** Mails as a sender's program writes them. */
export const samplePdf: Buffer = Buffer.concat([
  Buffer.from("%PDF-1.7\n"),
  Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 31 + (index >> 8)) & 0xff)),
]);

/** One pixel, blue. */
export const samplePng: Buffer = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYPgPAAEDAQAIicLsAAAAAElFTkSuQmCC",
  "base64",
);

const headers = `From: =?utf-8?Q?Dr=2E_Anna_Weber?= <dr.weber@praxis.example>
To: Erika Muster <erika.muster@mail.example>
Subject: =?utf-8?Q?Ihr_Befund_vom_Montag_=E2=80=93_bitte_lesen?=
Date: Mon, 23 Nov 2026 10:12:00 +0100
Message-ID: <befund@praxis.example>
MIME-Version: 1.0
`;

const text = `Guten Tag Frau Muster,

die Werte vom Montag sind unauffällig. Den vollständigen Befund finden
Sie im Anhang.

Herzliche Grüße
Anna Weber <weber@praxis.example> & Team
`;

export function textMail(): Buffer {
  return wire(`${headers}Content-Type: multipart/mixed; boundary="outer"

--outer
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

${text}
--outer
Content-Type: application/pdf; name="Befund Muster.pdf"
Content-Disposition: attachment; filename*=utf-8''Befund%20M%C3%BCller%20%E2%80%93%20Kopie.pdf
Content-Transfer-Encoding: base64

${folded(samplePdf)}
--outer--
`);
}

/** `html` is the HTML part's content; the mail has a picture with the Content-ID `logo@praxis`. */
export function htmlMail(html: string): Buffer {
  return wire(`${headers}Content-Type: multipart/mixed; boundary="outer"

--outer
Content-Type: multipart/related; boundary="inner"

--inner
Content-Type: multipart/alternative; boundary="alternative"

--alternative
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

${text}
--alternative
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

${folded(Buffer.from(html))}
--alternative--
--inner
Content-Type: image/png; name="logo.png"
Content-ID: <logo@praxis>
Content-Disposition: inline; filename="logo.png"
Content-Transfer-Encoding: base64

${folded(samplePng)}
--inner--
--outer
Content-Type: application/pdf; name="befund.pdf"
Content-Disposition: attachment; filename="befund.pdf"
Content-Transfer-Encoding: base64

${folded(samplePdf)}
--outer--
`);
}

function folded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/.{76}/g, "$&\n");
}

function wire(mail: string): Buffer {
  return Buffer.from(mail.replace(/\n/g, "\r\n"));
}
