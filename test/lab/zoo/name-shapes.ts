/** Names in certificates and in DNS (RFC 9525, RFC 5890, RFC 1035 §2.3.4). */
import { certificate, wrongName } from "./shown-certificate.ts";
import type { Names, ZooDomain } from "./zoo-domain.ts";

function named(list: (names: Names) => readonly string[]): NonNullable<ZooDomain["hosts"]> {
  return [{ show: certificate((_, names) => ({ names: list(names) })) }];
}

/** 253 characters, the most there can be. */
const longest = `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(51)}.plain.zoo`;

export const nameShapes: readonly ZooDomain[] = [
  {
    name: "wrong-name.plain.zoo",
    about: "certificate for another name",
    hosts: [{ show: wrongName }],
    expect: { status: "failed", finding: "certificate-name-mismatch" },
  },
  {
    name: "common-name.plain.zoo",
    about: "name in the common name only",
    hosts: [{ show: certificate((_, { host }) => ({ names: [], commonName: host })) }],
    expect: { status: "failed", finding: "certificate-common-name-only" },
  },
  {
    name: "no-name.plain.zoo",
    about: "no name at all",
    hosts: [{ show: certificate(() => ({ names: [], commonName: "Mail Server" })) }],
    expect: { status: "failed", finding: "certificate-name-mismatch" },
  },
  {
    name: "wildcard.plain.zoo",
    about: "wildcard for one label",
    hosts: named(({ domain }) => [`*.${domain}`]),
    expect: { status: "proven" },
  },
  {
    name: "wildcard-partial.plain.zoo",
    about: "wildcard for a part of a label",
    hosts: named(({ domain }) => [`m*.${domain}`]),
    expect: { status: "failed", finding: "certificate-name-mismatch" },
  },
  {
    name: "wildcard-deep.plain.zoo",
    about: "wildcard that would have to match two labels",
    hosts: [
      {
        name: "mx.in.wildcard-deep.plain.zoo",
        show: certificate(() => ({ names: ["*.wildcard-deep.plain.zoo"] })),
      },
    ],
    expect: { status: "failed", finding: "certificate-name-mismatch" },
  },
  {
    name: "wildcard-apex.plain.zoo",
    about: "wildcard below the domain, which is its own mail server",
    hosts: [
      {
        name: "wildcard-apex.plain.zoo",
        show: certificate(() => ({ names: ["*.wildcard-apex.plain.zoo"] })),
      },
    ],
    expect: { status: "failed", finding: "certificate-name-mismatch" },
  },
  {
    name: "wildcard-inside.plain.zoo",
    about: "wildcard that is not the first label",
    hosts: named(() => ["mx.*.plain.zoo"]),
    expect: { status: "failed", finding: "certificate-name-mismatch" },
  },
  {
    name: "domain-name.plain.zoo",
    about: "certificate for the recipient domain and nobody else",
    hosts: named(({ domain }) => [domain]),
    expect: { status: "proven", assurance: "domain-name" },
  },
  {
    name: "upper-case-name.plain.zoo",
    about: "name in capital letters in the certificate",
    hosts: named(({ host }) => [host.toUpperCase()]),
    expect: { status: "proven" },
  },
  {
    name: "dotted-name.plain.zoo",
    about: "name with a dot at its end in the certificate",
    hosts: named(({ host }) => [`${host}.`]),
    expect: { status: "failed", finding: "certificate-name-mismatch" },
  },
  {
    name: "many-names.plain.zoo",
    about: "the name as the last of 100",
    hosts: named(({ host }) => [
      ...Array.from({ length: 99 }, (_, index) => `n${index}.somebody-else.zoo`),
      host,
    ]),
    expect: { status: "proven" },
  },
  {
    name: "xn--bcher-kva.plain.zoo",
    about: "a name with an umlaut, written with it",
    spelling: "bücher.plain.zoo",
    expect: { status: "proven" },
  },
  {
    name: "mixed-case.plain.zoo",
    about: "mixed case in address and MX record",
    spelling: "Mixed-Case.Plain.ZOO",
    mailRecords: () => ["Mixed-CASE.plain.zoo. MX 10 MX.Mixed-Case.Plain.Zoo."],
    expect: { status: "proven" },
  },
  {
    name: "trailing-dot.plain.zoo",
    about: "a dot at the end of the address",
    spelling: "trailing-dot.plain.zoo.",
    expect: { status: "proven" },
  },
  {
    name: longest,
    about: "a name of 253 characters",
    hosts: [{ name: longest }],
    mailRecords: () => [],
    expect: { status: "proven", assurance: "domain-name" },
  },
  {
    name: "underscore.plain.zoo",
    about: "underscore in the mail server's name",
    hosts: [{ name: "mx_1.underscore.plain.zoo" }],
    expect: { status: "proven" },
  },
  {
    name: "long-label.plain.zoo",
    about: "mail server's name with a label of 63 characters",
    hosts: [{ name: `${"m".repeat(63)}.long-label.plain.zoo` }],
    expect: { status: "proven" },
  },
];
