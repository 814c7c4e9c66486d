/** Names of files in Content-Disposition, as browsers take them (RFC 6266 §4, RFC 8187 §3.2). */

/** A header value that makes every browser save the body as `name`, never show it. */
export function attachmentDisposition(name: string): string {
  const ascii = name.replace(/[^\u0020-\u007e]/g, "_").replace(/["\\%]/g, "_");
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
