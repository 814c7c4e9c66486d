/**
 * A message as a PDF (ISO 32000-1) that is still open: pages of text with the files embedded in
 * it (§7.11.4), tagged for screen readers (§14.8). Text-only on purpose: what renders HTML fetches,
 * runs and hides things. Nobody outside of this process may see it before it is encrypted.
 */
import PdfKit from "pdfkit";
import type { PdfContent } from "./pdf-content.ts";

/** TrueType files. Without them the page speaks only the characters of Windows-1252. */
export interface PdfFonts {
  readonly regular: Buffer;
  readonly bold: Buffer;
}

type Document = InstanceType<typeof PdfKit>;
type Structure = ReturnType<Document["struct"]>;

/** What a font can show. */
interface Script {
  readonly shows: (text: string) => boolean;
  /** The text with what can be shown of it, and places where a long word may break. */
  readonly fit: (text: string) => string;
}

interface Page {
  readonly document: Document;
  readonly root: Structure;
  readonly script: Script;
}

const margin = 56;
const bodySize = 10.5;
/** Breaking a word that fits no line takes the square of its length in time. */
const longWord = /\S{40}(?=\S)/g;
/** Scripts that DejaVu Sans has, and those that the layout here puts in order. */
const shownScripts =
  /^[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Armenian}\p{sc=Georgian}\p{sc=Common}\p{sc=Inherited}]*$/u;
const pictographs = /\p{Extended_Pictographic}/u;
const outsideWindows1252 = /[^\n\u0020-\u007e\u00a0-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/gu;

export async function buildPdf(content: PdfContent, fonts: PdfFonts | undefined): Promise<Buffer> {
  const document = newDocument(content);
  const pieces: Buffer[] = [];
  const whole = new Promise<Buffer>((resolve, reject) => {
    document.on("data", (piece: Buffer) => pieces.push(piece));
    document.once("end", () => resolve(Buffer.concat(pieces)));
    document.once("error", reject);
  });
  registerFonts(document, fonts);
  document.addPage();
  const root = document.struct("Document");
  document.addStructure(root);
  writePages({ document, root, script: fonts === undefined ? windows1252 : dejaVu }, content);
  root.end();
  const creationDate = new Date(content.sentAt);
  // Without their types: encryption hides strings and streams, but not the names that types are.
  for (const { name, bytes } of content.files) {
    document.file(bytes, { name, creationDate, modifiedDate: creationDate });
  }
  document.end();
  return whole;
}

function newDocument({ heading, language, sentAt }: PdfContent): Document {
  return new PdfKit({
    size: "A4",
    margins: { top: margin, bottom: margin, left: margin, right: margin },
    pdfVersion: "1.7",
    lang: language,
    tagged: true,
    displayTitle: true,
    autoFirstPage: false,
    info: { Title: heading, Creator: "mxseal", Producer: "mxseal", CreationDate: new Date(sentAt) },
  });
}

function registerFonts(document: Document, fonts: PdfFonts | undefined): void {
  document.registerFont("regular", fonts === undefined ? "Helvetica" : viewOf(fonts.regular));
  document.registerFont("bold", fonts === undefined ? "Helvetica-Bold" : viewOf(fonts.bold));
}

/** The library tells a font's bytes by their class. */
function viewOf(bytes: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function writePages(page: Page, content: PdfContent): void {
  const { heading, rows, text, listHeading, list, notes, notShown } = content;
  write(page, "H1", heading, { font: "bold", size: 18 });
  for (const [label, value] of rows) write(page, "P", `${label}: ${value}`, { size: bodySize });
  rule(page.document);
  for (const paragraph of text.split(/\n{2,}/)) write(page, "P", paragraph, { size: bodySize });
  rule(page.document);
  write(page, "H2", listHeading, { font: "bold", size: 13 });
  for (const line of list) write(page, "P", line, { size: bodySize });
  const shown = [text, ...rows.flat(), ...list].every(page.script.shows);
  for (const note of shown ? notes : [...notes, notShown]) write(page, "P", note, { size: 9 });
}

function write(
  { document, root, script }: Page,
  kind: "H1" | "H2" | "P",
  text: string,
  look: { readonly font?: "bold"; readonly size: number },
): void {
  if (text.trim() === "") return;
  root.add(
    document.struct(kind, {}, () => {
      document.font(look.font ?? "regular").fontSize(look.size);
      document.text(script.fit(text.replaceAll("\t", "    ")), { lineGap: 2 });
    }),
  );
  document.moveDown(0.4);
}

function rule(document: Document): void {
  const { width } = document.page;
  document.moveDown(0.4);
  const { y } = document;
  document.markContent("Artifact", { type: "Layout" });
  document
    .moveTo(margin, y)
    .lineTo(width - margin, y)
    .lineWidth(0.5)
    .stroke("#888888");
  document.endMarkedContent();
  document.moveDown(0.8);
}

const dejaVu: Script = {
  // Digits and signs like © can be pictographs too.
  shows: (text) =>
    shownScripts.test(text) && !pictographs.test(text.replace(/[\u0000-\u00ff]/g, "")),
  fit: (text) => text.replace(longWord, "$&\u200b"),
};

const windows1252: Script = {
  shows: (text) => text.search(outsideWindows1252) < 0,
  fit: (text) => text.replace(outsideWindows1252, "?").replace(longWord, "$& "),
};
