/** MX records and addresses (RFC 5321 §5.1, RFC 7505), and zones in every state. */
import { certificate, expired, selfSigned } from "./shown-certificate.ts";
import type { Show, ZooDomain } from "./zoo-domain.ts";

/** One certificate for both servers of a domain. */
const shared: Show = certificate((_, { domain }) => ({ names: [`a.${domain}`, `b.${domain}`] }));
const weakShared: Show = certificate((workshop, { domain }) => ({
  names: [`a.${domain}`, `b.${domain}`],
  key: workshop.rsa(1024),
}));

const manyHosts = Array.from({ length: 22 }, (_, index) => `m${index}.many-hosts.plain.zoo`);

export const addresses: readonly ZooDomain[] = [
  {
    name: "ipv6.plain.zoo",
    about: "IPv6 only",
    hosts: [{ families: ["ipv6"] }],
    expect: { status: "proven" },
  },
  {
    name: "ipv6-nowhere.plain.zoo",
    about: "IPv6 only, and no route to it",
    hosts: [{ families: ["nowhere"] }],
    expect: { status: "unknown", finding: "no-ipv6-route" },
  },
  {
    name: "dual-stack.plain.zoo",
    about: "IPv4 and IPv6",
    hosts: [{ families: ["ipv4", "ipv6"] }],
    expect: { status: "proven" },
  },
  {
    name: "dual-stack-nowhere.plain.zoo",
    about: "IPv4, and IPv6 without a route",
    hosts: [{ families: ["ipv4", "nowhere"] }],
    expect: { status: "proven", finding: "no-ipv6-route" },
  },
  {
    name: "dual-stack-mixed.plain.zoo",
    about: "IPv4 good, IPv6 self-signed",
    hosts: [{ families: ["ipv4", "ipv6"], elsewhere: selfSigned }],
    expect: { status: "proven", finding: "certificate-self-signed" },
  },
  {
    name: "aaaa-bogus.signed.zoo",
    about: "signature of the AAAA records altered, A records good",
    hosts: [{ families: ["ipv4", "ipv6"] }],
    spoilt: [{ owner: "mx.aaaa-bogus.signed.zoo", type: "AAAA", how: "altered" }],
    expect: { status: "proven", assurance: "dnssec-mx", finding: "host-lookup-failed" },
  },
  {
    name: "aaaa-bogus-only.signed.zoo",
    about: "signature of the AAAA records altered, no A records",
    hosts: [{ families: ["ipv6"] }],
    spoilt: [{ owner: "mx.aaaa-bogus-only.signed.zoo", type: "AAAA", how: "altered" }],
    expect: { status: "unknown", finding: "host-lookup-failed" },
  },
];

export const routes: readonly ZooDomain[] = [
  {
    name: "good-and-expired.plain.zoo",
    about: "the first server good, the second with an expired certificate",
    hosts: [
      { name: "a.good-and-expired.plain.zoo" },
      { name: "b.good-and-expired.plain.zoo", preference: 20, show: expired },
    ],
    expect: { status: "proven", finding: "certificate-expired" },
  },
  {
    name: "good-backup.plain.zoo",
    about: "the first server with an expired certificate, the second good",
    hosts: [
      { name: "a.good-backup.plain.zoo", show: expired },
      { name: "b.good-backup.plain.zoo", preference: 20 },
    ],
    expect: { status: "proven", finding: "certificate-expired" },
  },
  {
    name: "weak-rival.plain.zoo",
    about: "two servers of one name, one of them with a short key",
    hosts: [
      { name: "a.weak-rival.plain.zoo", show: shared },
      { name: "b.weak-rival.plain.zoo", preference: 20, show: weakShared },
    ],
    expect: { status: "failed", finding: "weak-server-not-excludable" },
  },
  {
    name: "one-busy.plain.zoo",
    about: "the first server answers 421, the second is good",
    hosts: [
      { name: "a.one-busy.plain.zoo", manner: { greeting: "busy" } },
      { name: "b.one-busy.plain.zoo", preference: 20 },
    ],
    expect: { status: "proven", finding: "try-again-later" },
  },
  {
    name: "failed-and-busy.plain.zoo",
    about: "the first server expired, the second answers 421",
    hosts: [
      { name: "a.failed-and-busy.plain.zoo", show: expired },
      { name: "b.failed-and-busy.plain.zoo", preference: 20, manner: { greeting: "busy" } },
    ],
    expect: { status: "unknown", finding: "try-again-later" },
  },
  {
    name: "many-hosts.plain.zoo",
    about: "22 MX records for one server",
    hosts: [{ name: "m0.many-hosts.plain.zoo", show: certificate(() => ({ names: manyHosts })) }],
    mailRecords: ([address]) =>
      manyHosts.flatMap((host, index) => [
        `many-hosts.plain.zoo. MX ${index} ${host}.`,
        `${host}. A ${address}`,
      ]),
    expect: { status: "proven", finding: "too-many-hosts" },
  },
  {
    name: "null-mx.plain.zoo",
    about: "takes no mail",
    hosts: [],
    mailRecords: () => ["null-mx.plain.zoo. MX 0 ."],
    expect: { status: "no-mail", finding: "null-mx" },
  },
  {
    name: "null-mx-and-another.plain.zoo",
    about: "takes no mail, and has a server",
    mailRecords: () => [
      "null-mx-and-another.plain.zoo. MX 0 .",
      "null-mx-and-another.plain.zoo. MX 10 mx.null-mx-and-another.plain.zoo.",
    ],
    expect: { status: "no-mail", finding: "null-mx-with-others" },
  },
  {
    name: "implicit-mx.plain.zoo",
    about: "no MX record, only an address",
    hosts: [{ name: "implicit-mx.plain.zoo" }],
    mailRecords: () => [],
    expect: { status: "proven", assurance: "domain-name" },
  },
  {
    name: "alias-mx.plain.zoo",
    about: "the MX record names an alias; certificate for the alias",
    hosts: [{ name: "mx.alias-mx.plain.zoo", isAlias: true }],
    mailRecords: ([address]) => [
      "alias-mx.plain.zoo. MX 10 mx.alias-mx.plain.zoo.",
      "mx.alias-mx.plain.zoo. CNAME real.alias-mx.plain.zoo.",
      `real.alias-mx.plain.zoo. A ${address}`,
    ],
    expect: { status: "proven", finding: "mx-host-alias" },
  },
  {
    name: "alias-mx-target.plain.zoo",
    about: "the MX record names an alias; certificate for what stands behind it",
    hosts: [
      {
        name: "mx.alias-mx-target.plain.zoo",
        isAlias: true,
        show: certificate(() => ({ names: ["real.alias-mx-target.plain.zoo"] })),
      },
    ],
    mailRecords: ([address]) => [
      "alias-mx-target.plain.zoo. MX 10 mx.alias-mx-target.plain.zoo.",
      "mx.alias-mx-target.plain.zoo. CNAME real.alias-mx-target.plain.zoo.",
      `real.alias-mx-target.plain.zoo. A ${address}`,
    ],
    expect: { status: "failed", finding: "certificate-name-mismatch" },
  },
  {
    name: "alias.plain.zoo",
    about: "the domain itself is an alias",
    hosts: [{ name: "mx.behind-alias.plain.zoo" }],
    mailRecords: () => [
      "alias.plain.zoo. CNAME behind-alias.plain.zoo.",
      "behind-alias.plain.zoo. MX 10 mx.behind-alias.plain.zoo.",
    ],
    expect: { status: "proven" },
  },
  {
    name: "mx-nowhere.plain.zoo",
    about: "the MX record names what does not exist",
    hosts: [],
    mailRecords: () => ["mx-nowhere.plain.zoo. MX 10 gone.mx-nowhere.plain.zoo."],
    expect: {
      status: "failed",
      finding: "host-without-address",
      mail: "sealed, notification returned",
    },
  },
  {
    name: "mx-literal.plain.zoo",
    about: "the MX record names an IP address",
    mailRecords: ([address]) => [`mx-literal.plain.zoo. MX 10 ${address}.`],
    expect: { status: "failed", finding: "mx-name-invalid" },
  },
  {
    name: "no-address.plain.zoo",
    about: "exists, has neither MX nor address",
    hosts: [],
    mailRecords: () => ['no-address.plain.zoo. TXT "here"'],
    expect: { status: "no-mail", finding: "no-mail-host", mail: "waits" },
  },
  {
    name: "gone.signed.zoo",
    about: "no such domain",
    hosts: [],
    expect: { status: "no-mail", finding: "no-such-domain" },
  },
  {
    name: "gone.plain.zoo",
    about: "no such domain, said by an unsigned zone",
    hosts: [],
    expect: { status: "no-mail", finding: "no-such-domain", mail: "waits" },
  },
  {
    name: "deaf.plain.zoo",
    about: "nobody listens at the address",
    hosts: [],
    mailRecords: () => [
      "deaf.plain.zoo. MX 10 mx.deaf.plain.zoo.",
      "mx.deaf.plain.zoo. A 127.19.0.25",
    ],
    expect: { status: "unknown", finding: "connection-failed" },
  },
];

export const zoneStates: readonly ZooDomain[] = [
  {
    name: "good.signed.zoo",
    about: "signed zone, no TLSA records",
    expect: { status: "proven", assurance: "dnssec-mx" },
  },
  {
    name: "mail.bogus.zoo",
    about: "the parent names a key that the zone does not have",
    expect: { status: "unknown", finding: "mx-lookup-failed" },
  },
  {
    name: "mail.key-altered.zoo",
    about: "signature of the zone's key altered",
    expect: { status: "unknown", finding: "mx-lookup-failed" },
  },
  {
    name: "mail.key-expired.zoo",
    about: "signature of the zone's key over",
    expect: { status: "unknown", finding: "mx-lookup-failed" },
  },
  {
    name: "mail.lame.zoo",
    about: "the zone's server answers SERVFAIL",
    expect: { status: "unknown", finding: "mx-lookup-failed" },
  },
  {
    name: "signed-mx-plain-host.signed.zoo",
    about: "signed MX record, server in an unsigned zone",
    hosts: [{ name: "mx.signed-mx-plain-host.plain.zoo" }],
    expect: { status: "proven", assurance: "dnssec-mx" },
  },
  {
    name: "mx-bogus.signed.zoo",
    about: "signature of the MX record altered",
    spoilt: [{ owner: "mx-bogus.signed.zoo", type: "MX", how: "altered" }],
    expect: { status: "unknown", finding: "mx-lookup-failed" },
  },
];
