/** What one address of a mail server presented, in lines for people: connection and certificate. */
import { printable } from "../base/printable.ts";
import type { AddressReport, CertificateReport, NegotiatedReport } from "../base/verdict.ts";
import type { ExplainWords } from "./explain-words.ts";

const maxQuoted = 100;

/** No line for what is not known. */
export function describeAddress(report: AddressReport, words: ExplainWords): readonly string[] {
  const [leaf] = report.chain;
  const { openOffer } = report;
  return [
    ...(report.protocol === undefined ? [] : [`${describeConnection(report, words)}.`]),
    ...(leaf === undefined ? [] : [`${describeCertificate(leaf, words)}.`]),
    ...(openOffer === undefined || isSame(report, openOffer)
      ? []
      : [words.open(describeConnection(openOffer, words))]),
  ];
}

function describeConnection(
  { protocol, cipher, group, signatureScheme }: Partial<NegotiatedReport>,
  words: ExplainWords,
): string {
  const parts = [
    [protocol, cipher].filter((part) => part !== undefined).join(" "),
    ...(group === undefined ? [] : [words.keyExchange(group)]),
    ...(signatureScheme === undefined ? [] : [words.signedWith(signatureScheme)]),
  ];
  return printable(parts.join(", "), 2 * maxQuoted);
}

function describeCertificate(leaf: CertificateReport, words: ExplainWords): string {
  const { keyType, keyBits, notAfter } = leaf;
  const key = quote(`${keyType.toUpperCase()} ${keyBits > 0 ? keyBits : ""}`);
  const [subject, issuer] = [callName(leaf.subject), callName(leaf.issuer)];
  const text = words.certificate(
    subject || quote(leaf.names[0] ?? "?"),
    issuer,
    key,
    quote(notAfter.slice(0, 10)),
  );
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The common name within a distinguished name on one line, else all of it. */
function callName(distinguishedName: string): string {
  return quote(/(?:^|, )CN=([^,]+)/.exec(distinguishedName)?.[1] ?? distinguishedName);
}

/** A hybrid with ML-KEM is newer than Postfix's libraries: that we do not offer it says nothing. */
function isSame(report: AddressReport, open: NegotiatedReport): boolean {
  return (
    report.protocol === open.protocol &&
    report.cipher === open.cipher &&
    (report.group === open.group || open.group.includes("MLKEM")) &&
    (open.signatureScheme === undefined || report.signatureScheme === open.signatureScheme)
  );
}

function quote(text: string): string {
  return printable(text, maxQuoted);
}
