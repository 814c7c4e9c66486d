/**
 * More than a hundred messages in the shapes that mail really has, whole and broken, and some that
 * must not be sealed. They are the same bytes in every run.
 */
import { bodies } from "./hundred-messages-bodies.ts";
import { broken, headers } from "./hundred-messages-broken.ts";
import { programs, structures } from "./hundred-messages-mime.ts";
import {
  lines,
  mail,
  multipart,
  multipartField,
  part,
  plain,
  textPart,
  usual,
} from "./hundred-messages-parts.ts";
import { signed } from "./hundred-messages-signed.ts";

export interface ShapedMessage {
  /** For people. */
  readonly shape: string;
  /** As the client sends it, before dots are doubled. */
  readonly data: Buffer;
  /** Envelope sender. */
  readonly from: string;
  /** Handed in with SMTPUTF8 (RFC 6531 §3.4). */
  readonly smtpUtf8: boolean;
  /** Ends with its header section: a milter cannot tell that from an empty body (RFC 5322 §3.5). */
  readonly gainsEmptyLine: boolean;
}

export interface UnsealedMessage extends ShapedMessage {
  /** `report`: rebuilt and passed on; `refused`: returned with 5.7.10. */
  readonly way: "report" | "refused";
}

const alice = "alice@company.example";
const groups = { structures, signed, programs, broken, headers, bodies };

/** Its header needs SMTPUTF8, which the server may lack: then no mail can go there by the book. */
export const internationalShape: ShapedMessage = {
  shape: "SMTPUTF8 with addresses beyond ASCII",
  data: lines(
    "From: Älice <alice@company.example>",
    "To: jürgen@grüße.test",
    "Subject: Grüße",
    "",
    "Grüße",
  ),
  from: alice,
  smtpUtf8: true,
  gainsEmptyLine: false,
};

/** A person's mail: each is sealed, whatever its shape. */
export const sealedShapes: readonly ShapedMessage[] = [
  ...Object.values(groups).flatMap((group) => shaped(group, false)),
  ...shaped({ "SMTPUTF8 with an ASCII header": plain("Declared", "Hello") }, true),
];

function shaped(
  group: Readonly<Record<string, Buffer>>,
  smtpUtf8: boolean,
): readonly ShapedMessage[] {
  return Object.entries(group).map(([shape, data]) => {
    const gainsEmptyLine = !/^\r\n|\n\r?\n/.test(data.toString("latin1"));
    return { shape, data, from: alice, smtpUtf8, gainsEmptyLine };
  });
}

const status = [
  "Reporting-MTA: dns; mail.company.example",
  "",
  "Final-Recipient: rfc822; nobody@company.example",
  "Action: failed",
  "Status: 5.1.1",
  "Diagnostic-Code: smtp; 550 no such user",
];

/** Nobody is there who could tell a code, or it cannot be kept whole. */
export const unsealedShapes: readonly UnsealedMessage[] = [
  {
    ...unsealed("a delivery report", "", "report"),
    data: mail(
      "Undelivered",
      [multipartField("report", "ds", "; report-type=delivery-status")],
      [
        multipart("ds", [
          textPart("Not delivered: SECRET words."),
          part(["Content-Type: message/delivery-status"], status.join("\r\n")),
        ]),
      ],
    ),
  },
  unsealed("no sender and no report", "", "refused"),
  unsealed("a sender elsewhere", "carol@elsewhere.example", "refused"),
  unsealed(
    "a sender of its own for each recipient",
    "list-bounces+x=plain.test@company.example",
    "refused",
  ),
  unsealed("a forwarder's sender", "srs0=ab=cd=elsewhere.example=carol@company.example", "refused"),
  unsealed("a sender that nobody reads", "noreply@company.example", "refused"),
  unsealed("an answer by a program", alice, "refused", ["Auto-Submitted: auto-replied"]),
  unsealed("mail that a program generated", alice, "refused", ["Auto-Submitted: auto-generated"]),
  unsealed("mail in bulk", alice, "refused", ["Precedence: bulk"]),
  unsealed("mail of a list", alice, "refused", ["List-Id: <list.company.example>"]),
  unsealed(
    "more fields than can be edited",
    alice,
    "refused",
    Array.from({ length: 1001 }, (_, index) => `X-F: ${index}`),
  ),
  unsealed("a field that a milter does not see whole", alice, "refused", [
    `X-Long: ${Array.from({ length: 700 }, () => "z".repeat(97)).join("\r\n ")}`,
  ]),
];

function unsealed(
  shape: string,
  from: string,
  way: UnsealedMessage["way"],
  fields: readonly string[] = [],
): UnsealedMessage {
  const data = lines(...usual("Unsealed"), ...fields, "", "SECRET words.");
  return { shape, from, way, data, smtpUtf8: false, gainsEmptyLine: false };
}
