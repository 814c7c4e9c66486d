/**
 * The headers that keep an opened message where it belongs: nothing is stored, nothing is told to
 * others, nothing of strangers runs. Pages have no script at all, so `default-src 'none'` covers
 * it. The body of an HTML mail gets a document of its own with an opaque origin (CSP sandbox);
 * downloads are never rendered.
 */
export type Surface = "page" | "body" | "download" | "asset";

type Headers = Readonly<Record<string, string>>;

const policies: Readonly<Record<Surface, string>> = {
  page:
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; " +
    "frame-src 'self'; frame-ancestors 'none'; base-uri 'none'",
  body:
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; " +
    "style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'",
  download: "sandbox; default-src 'none'; frame-ancestors 'none'",
  asset: "default-src 'none'; frame-ancestors 'none'",
};

/** What a page may ask of a device; none of ours asks. */
const powers = (
  "accelerometer autoplay camera display-capture encrypted-media fullscreen geolocation gyroscope " +
  "magnetometer microphone midi payment publickey-credentials-get screen-wake-lock serial usb " +
  "web-share xr-spatial-tracking"
).split(" ");

const common: Headers = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": powers.map((power) => `${power}=()`).join(", "),
  "x-robots-tag": "noindex, nofollow",
};

/** `secure`: readers come over https, so browsers may be told to insist on it (RFC 6797). */
export function securityHeaders(surface: Surface, secure: boolean): Headers {
  return {
    ...common,
    "content-security-policy": policies[surface],
    "x-frame-options": surface === "body" ? "SAMEORIGIN" : "DENY",
    "cache-control": surface === "asset" ? "public, max-age=600" : "no-store",
    ...(secure ? { "strict-transport-security": "max-age=63072000" } : {}),
  };
}
