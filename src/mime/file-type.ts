/**
 * The media type under which a mail passes a stranger's file on: by its name's extension alone, so
 * that type and name agree, and only such as a mail program shows or hands to its office suite.
 * All else is bytes (RFC 2046 §4.5.1).
 */
const anyBytes = "application/octet-stream";
const office = "application/vnd.openxmlformats-officedocument";
const openDocument = "application/vnd.oasis.opendocument";

const typeOf: ReadonlyMap<string, string> = new Map([
  ["pdf", "application/pdf"],
  ["png", "image/png"],
  ["jpg", "image/jpeg"],
  ["jpeg", "image/jpeg"],
  ["gif", "image/gif"],
  ["docx", `${office}.wordprocessingml.document`],
  ["xlsx", `${office}.spreadsheetml.sheet`],
  ["pptx", `${office}.presentationml.presentation`],
  ["odt", `${openDocument}.text`],
  ["ods", `${openDocument}.spreadsheet`],
  ["odp", `${openDocument}.presentation`],
]);

export function fileTypeOf(name: string): string {
  const extension = /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return typeOf.get(extension) ?? anyBytes;
}
