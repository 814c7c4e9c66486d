/** MIME structures, and what programs write with them. */
import {
  attachment,
  base64,
  forwarded,
  lines,
  mail,
  multipart,
  multipartField,
  nested,
  part,
  plain,
  random,
  textPart,
} from "./hundred-messages-parts.ts";

const utf8 = "Content-Type: text/plain; charset=utf-8";

export const structures: Readonly<Record<string, Buffer>> = {
  "plain text": plain("Plain", "Hello,", "", "see you on Monday."),
  "HTML alone": mail("HTML", ["Content-Type: text/html"], ["<p>Hello <b>there</b>"]),
  "text and HTML": mail(
    "Both",
    [multipartField("alternative", "a1")],
    [multipart("a1", [textPart("Hello"), textPart("<p>Hello</p>", "html")])],
  ),
  "HTML with a picture": mail(
    "Picture",
    [multipartField("related", "r1", '; type="text/html"')],
    [
      multipart("r1", [
        textPart('<img src="cid:logo@company">', "html"),
        part(["Content-Type: image/png", "Content-ID: <logo@company>"], base64(random.bytes(99))),
      ]),
    ],
  ),
  "four levels of multipart": mail(
    "Nested",
    [multipartField("mixed", "m1")],
    [
      multipart("m1", [
        nested("related", "m2", [
          nested("alternative", "m3", [
            textPart("Hello"),
            nested("mixed", "m4", [textPart("<p>Hello</p>", "html"), attachment("a.bin", 200)]),
          ]),
        ]),
        attachment("b.bin", 5000),
      ]),
    ],
  ),
  "preamble and epilogue": mail(
    "Around",
    [multipartField("mixed", "e1")],
    ["This is a message in several parts.", multipart("e1", [textPart("Hello")]), "", "Epilogue."],
  ),
  "two hundred attachments": mail(
    "Many",
    [multipartField("mixed", "t1")],
    [
      multipart("t1", [
        textPart("All of them."),
        ...Array.from({ length: 200 }, (_, index) => attachment(`file ${index}.dat`, 400)),
      ]),
    ],
  ),
  "an attachment of 3 MiB": mail(
    "Large",
    [multipartField("mixed", "g1")],
    [multipart("g1", [textPart("Large."), attachment("large.bin", 3 * 2 ** 20)])],
  ),
  "attachments named in every way": mail(
    "Names",
    [multipartField("mixed", "n1")],
    [
      multipart(
        "n1",
        [
          "filename*=utf-8''%E2%82%AC%20rates.pdf",
          'filename="=?utf-8?Q?R=C3=A4te?="',
          "filename*0=long; filename*1=-name.txt",
          'filename="../../etc/passwd"',
          'filename=""',
        ].map((name) => part([`Content-Disposition: attachment; ${name}`], "x")),
      ),
    ],
  ),
  "a message forwarded as attachment": mail(
    "Forwarded",
    [multipartField("mixed", "f1")],
    [
      multipart("f1", [
        textPart("See below."),
        part(["Content-Type: message/rfc822"], forwarded(0)),
      ]),
    ],
  ),
  "messages in messages, twenty deep": mail(
    "Deep",
    ["Content-Type: message/rfc822"],
    [forwarded(20)],
  ),
  "multiparts in multiparts, sixty deep": mail(
    "Deeper",
    [multipartField("mixed", "d0")],
    [
      multipart("d0", [
        Array.from({ length: 60 }, (_, index) => `d${60 - index}`).reduce(
          (inner, boundary) => nested("mixed", boundary, [inner]),
          textPart("The innermost text."),
        ),
      ]),
    ],
  ),
  "a digest": mail(
    "Digest",
    [multipartField("digest", "dg")],
    [multipart("dg", [part([], forwarded(0)), part([], forwarded(0))])],
  ),
  "a partial message": mail(
    "Part 2",
    ['Content-Type: message/partial; id="whole@company"; number=2; total=3'],
    ["the middle of something"],
  ),
  "an external body": mail(
    "Elsewhere",
    ['Content-Type: message/external-body; access-type=URL; URL="https://elsewhere.example/"'],
    ["Content-Type: text/plain", "", ""],
  ),
};

export const programs: Readonly<Record<string, Buffer>> = {
  "a calendar invitation": mail(
    "Meeting",
    [multipartField("alternative", "c1")],
    [
      multipart("c1", [
        textPart("Meeting"),
        part(
          ["Content-Type: text/calendar; method=REQUEST; charset=utf-8"],
          "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@company\r\nEND:VEVENT\r\nEND:VCALENDAR",
        ),
      ]),
    ],
  ),
  "a calendar as the whole body": mail(
    "Reply",
    ["Content-Type: text/calendar; method=REPLY"],
    ["BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR"],
  ),
  "a vCard": mail("Card", ["Content-Type: text/vcard"], ["BEGIN:VCARD\r\nFN:A\r\nEND:VCARD"]),
  "a read receipt": mail(
    "Read: hello",
    [multipartField("report", "q1", "; report-type=disposition-notification")],
    [
      multipart("q1", [
        textPart("It was displayed."),
        part(
          ["Content-Type: message/disposition-notification"],
          "Reporting-UA: pc\r\nDisposition: manual-action/MDN-sent-manually; displayed",
        ),
      ]),
    ],
  ),
  "a delivery report that a person forwards": mail(
    "Fwd: Undelivered",
    [multipartField("report", "q2", "; report-type=delivery-status")],
    [
      multipart("q2", [
        textPart("Failed."),
        part(
          ["Content-Type: message/delivery-status"],
          "Reporting-MTA: dns; mx.test\r\n\r\nFinal-Recipient: rfc822; a@b.test\r\nAction: failed\r\nStatus: 5.1.1",
        ),
      ]),
    ],
  ),
  "format=flowed": mail(
    "Flowed",
    ["Content-Type: text/plain; format=flowed; delsp=yes"],
    ["> quoted ", ">> twice ", " From the start ", "soft \r\nbreak", "-- ", "Alice"],
  ),
  "lines that begin with From": plain(
    "mbox",
    "From here on",
    ">From there",
    "From alice Mon Nov 23",
  ),
  "a reply with a long thread": mail(
    "Re: Re: Thread",
    [
      utf8,
      "In-Reply-To: <one@far.example>",
      `References: ${Array.from({ length: 40 }, (_, index) => `<${index}.thread@far.example>`).join("\r\n\t")}`,
      "Thread-Index: AdXq",
      "Thread-Topic: Thread",
    ],
    ["> quoted", "answer"],
  ),
  "Outlook's own headers": mail(
    "Outlook",
    [
      utf8,
      "X-MS-Has-Attach: yes",
      "X-Priority: 1 (Highest)",
      "Importance: High",
      "Sensitivity: Company-Confidential",
    ],
    ["Hello"],
  ),
  "resent fields": mail(
    "Resent",
    [
      utf8,
      "Resent-From: alice@company.example",
      "Resent-To: x@plain.test",
      "Resent-Date: Mon, 23 Nov 2026 11:00:00 +0100",
    ],
    ["Hello"],
  ),
  "a group of hidden recipients": Buffer.concat([
    lines(
      "From: alice@company.example",
      "To: undisclosed-recipients:;",
      "Subject: Group",
      "",
      "Hello",
    ),
  ]),
  "a way header of its own": mail("Way", [utf8, "X-MXSeal-Way: notify"], ["I go where I like."]),
  "somebody else's mark": mail(
    "Mark",
    [utf8, `X-MXSeal-Id: notice:AAAAAAAA, ${"0".repeat(64)}`],
    ["x"],
  ),
};
