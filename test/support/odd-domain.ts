/**
 * What people, programs and attackers write where a recipient domain is meant, and the domain that
 * every interface must take it for. One table for the command line and all that Postfix asks.
 */
export interface OddDomain {
  readonly about: string;
  readonly text: string;
  /** Undefined: no domain, whoever asks. */
  readonly means: string | undefined;
  /** Bytes that are not UTF-8, where they can be sent as they are; `text` is how they are read. */
  readonly bytes?: Buffer;
}

const label63 = "a".repeat(63);
/** 253 characters, the most that RFC 1035 leaves to a name in text. */
export const longestDomain: string = `${label63}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(53)}.example`;

const german = "xn--bcher-kva.example";
const means = (domain: string, ...written: readonly (readonly [string, string])[]): OddDomain[] =>
  written.map(([about, text]) => ({ about, text, means: domain }));

const domains: readonly OddDomain[] = [
  ...means(
    german,
    ["U-labels", "b\u00fccher.example"],
    ["A-labels", "xn--bcher-kva.example"],
    ["A-labels in capitals", "XN--BCHER-KVA.EXAMPLE"],
    ["U-labels in mixed case", "B\u00dccher.Example"],
    ["U-labels with a decomposed letter", "bu\u0308cher.example"],
    ["U-labels and a dot at the end", "b\u00fccher.example."],
    ["U-labels and an ideographic full stop", "b\u00fccher\u3002example"],
  ),
  ...means(
    "partner.example",
    ["mixed case", "Partner.EXAMPLE"],
    ["a dot at the end", "partner.example."],
    ["full-width letters", "\uff50\uff41rtner.example"],
    ["a soft hyphen, which no one sees", "part\u00adner.example"],
  ),
  ...means("xn--fa-hia.example", ["a sharp s, which is no ss", "fa\u00df.example"]),
  ...means("xn--rr8h.example", ["a picture", "\u{1f48c}.example"]),
  ...means("_dmarc.partner.example", ["an underscore", "_dmarc.partner.example"]),
  ...means("123.example", ["a label of digits", "123.example"]),
  ...means(`${label63}.example`, ["a label of 63 characters", `${label63}.example`]),
  ...means(
    longestDomain,
    ["253 characters", longestDomain],
    ["253 characters and a dot", `${longestDomain}.`],
  ),
];

const noDomains: readonly Omit<OddDomain, "means">[] = [
  { about: "nothing", text: "" },
  { about: "a dot", text: "." },
  { about: "two dots at the end", text: "partner.example.." },
  { about: "an empty label", text: "partner..example" },
  { about: "an address literal", text: "[192.0.2.1]" },
  { about: "an IPv6 literal", text: "[IPv6:2001:db8::1]" },
  { about: "a bare IPv4 address", text: "192.0.2.1" },
  { about: "an IPv4 address in full-width digits", text: "\uff11\uff19\uff12.0.2.1" },
  { about: "a bare IPv6 address", text: "2001:db8::1" },
  { about: "a number as the last label", text: "partner.123" },
  { about: "a hexadecimal number as the last label", text: "partner.0x7f" },
  { about: "254 characters", text: `x${longestDomain}` },
  { about: "a label of 64 characters", text: `${"a".repeat(64)}.example` },
  { about: "a U-label too long as an A-label", text: `${"\u00fc".repeat(60)}.example` },
  { about: "a hyphen at the beginning", text: "-partner.example" },
  { about: "a hyphen at the end of a label", text: "partner-.example" },
  { about: "an A-label of nothing", text: "xn--.example" },
  { about: "an A-label with a letter that is none", text: "xn--\u00e9.example" },
  { about: "an A-label that ends in a hyphen", text: "xn--bcher-kva-.example" },
  { about: "letters of two directions in one label", text: "\u05d01a.example" },
  {
    about: "bytes that are not UTF-8",
    text: "b\ufffdcher.example",
    bytes: latin1("b\u00fccher.example"),
  },
  { about: "a space", text: "part ner.example" },
  { about: "a space at the end", text: "partner.example " },
  { about: "a tab", text: "partner\t.example" },
  { about: "a NUL", text: "partner.example\0.good.example" },
  { about: "a terminal's escape", text: "partner\u001b[31m.example" },
  { about: "a port", text: "partner.example:25" },
  { about: "a URL", text: "https://partner.example/" },
  { about: "a percent sign", text: "partner%2eexample" },
  { about: "a wildcard", text: "*.partner.example" },
  { about: "10,000 characters", text: "a".repeat(9990) },
  { about: "10,000 characters of labels", text: "a.".repeat(4990) },
];

function latin1(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

export const oddDomains: readonly OddDomain[] = [
  ...domains,
  ...noDomains.map((odd) => ({ ...odd, means: undefined })),
];
