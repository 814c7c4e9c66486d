/**
 * The ending under which a part without a name is saved, so that a reader's machine knows what to
 * do with it: appointments, contacts, pictures and signatures often come without one. Types that
 * run something have none.
 */
const extensions: ReadonlyMap<string, string> = new Map([
  ["message/rfc822", ".eml"],
  ["message/delivery-status", ".txt"],
  ["message/disposition-notification", ".txt"],
  ["text/rfc822-headers", ".txt"],
  ["text/calendar", ".ics"],
  ["text/vcard", ".vcf"],
  ["text/x-vcard", ".vcf"],
  ["text/plain", ".txt"],
  ["text/html", ".html"],
  ["text/csv", ".csv"],
  ["image/jpeg", ".jpg"],
  ["image/png", ".png"],
  ["image/gif", ".gif"],
  ["application/pdf", ".pdf"],
  ["application/pgp-encrypted", ".asc"],
  ["application/pgp-keys", ".asc"],
  ["application/pgp-signature", ".asc"],
  ["application/pkcs7-mime", ".p7m"],
  ["application/x-pkcs7-mime", ".p7m"],
  ["application/pkcs7-signature", ".p7s"],
  ["application/x-pkcs7-signature", ".p7s"],
]);

/** With its dot; "" for a type that is not known. */
export function extensionOf(mimeType: string): string {
  return extensions.get(mimeType.toLowerCase()) ?? "";
}
