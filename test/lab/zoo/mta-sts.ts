/** Every case of MTA-STS (RFC 8461; TR-03108 §4.3 for wildcards). */
import { answerWith, type HttpAnswer, type PolicyAnswer } from "../../support/policy-host.ts";
import { certificate, expired, privately, selfSigned, wrongName } from "./shown-certificate.ts";
import { tlsa, wrongTlsa } from "./tlsa-rdata.ts";
import type { Expectation, KnownPolicy, ZooDomain } from "./zoo-domain.ts";

/** How long every policy here is valid. */
export const policyDays = 7;

function policy(mode: string, ...patterns: readonly string[]): string {
  const mx = patterns.map((pattern) => `mx: ${pattern}\r\n`).join("");
  return `version: STSv1\r\nmode: ${mode}\r\n${mx}max_age: ${policyDays * 86_400}\r\n`;
}

function answer(body: string, more: HttpAnswer = {}): PolicyAnswer {
  return answerWith({ body, ...more });
}

type More = Omit<Partial<ZooDomain>, "name" | "about" | "policyHost"> & {
  readonly zone?: string;
  readonly answer?: PolicyAnswer;
  readonly policyHost?: Partial<NonNullable<ZooDomain["policyHost"]>> | null;
};

const inForce: Expectation = { status: "proven", assurance: "mta-sts" };
/** As without MTA-STS. */
const ignored = (finding: NonNullable<Expectation["finding"]>): Expectation => ({
  status: "proven",
  finding,
});
const forbidden = (finding: NonNullable<Expectation["finding"]>): Expectation => ({
  status: "failed",
  finding,
  forbiddenBy: "mta-sts",
});

/** By itself: a record, and a policy that enforces the domain's own server. */
function sts(label: string, about: string, more: More = {}): ZooDomain {
  const { zone = "plain.zoo", policyHost = {}, answer: given, ...rest } = more;
  const name = `${label}.${zone}`;
  const host = { answer: given ?? answer(policy("enforce", `mx.${name}`)), ...policyHost };
  return {
    name,
    about,
    expect: inForce,
    records: [`_mta-sts.${name}. TXT "v=STSv1; id=20261123T1;"`],
    ...(policyHost === null ? {} : { policyHost: host }),
    ...rest,
  };
}

export const policies: readonly ZooDomain[] = [
  sts("sts-enforce", "policy to enforce, met"),
  sts("sts-enforce-unlisted", "policy to enforce that names another server", {
    answer: answer(policy("enforce", "mail.somebody-else.zoo")),
    expect: forbidden("sts-mx-not-listed"),
  }),
  sts("sts-partly-listed", "policy to enforce that names one of two servers", {
    hosts: [
      { name: "a.sts-partly-listed.plain.zoo" },
      { name: "b.sts-partly-listed.plain.zoo", preference: 20 },
    ],
    answer: answer(policy("enforce", "b.sts-partly-listed.plain.zoo")),
    expect: { ...inForce, finding: "sts-mx-not-listed" },
  }),
  sts("sts-wildcard", "policy to enforce with a wildcard", {
    answer: answer(policy("enforce", "*.sts-wildcard.plain.zoo")),
  }),
  sts("sts-wildcard-deep", "wildcard that would have to match two labels", {
    hosts: [{ name: "mx.in.sts-wildcard-deep.plain.zoo" }],
    answer: answer(policy("enforce", "*.sts-wildcard-deep.plain.zoo")),
    expect: forbidden("sts-mx-not-listed"),
  }),
  sts("sts-upper-case", "policy to enforce in capital letters", {
    answer: answer(policy("enforce", "MX.STS-Upper-Case.PLAIN.ZOO")),
  }),
  sts("sts-testing", "policy to test, met", {
    answer: answer(policy("testing", "mx.sts-testing.plain.zoo")),
    expect: ignored("sts-testing"),
  }),
  sts("sts-testing-self-signed", "policy to test, self-signed certificate", {
    hosts: [{ show: selfSigned }],
    answer: answer(policy("testing", "mx.sts-testing-self-signed.plain.zoo")),
    expect: { status: "failed", finding: "certificate-self-signed" },
  }),
  sts("sts-testing-unlisted", "policy to test that names another server", {
    answer: answer(policy("testing", "mail.somebody-else.zoo")),
    expect: ignored("sts-testing"),
  }),
  sts("sts-none", "policy of mode none", {
    answer: answer(policy("none")),
    expect: ignored("sts-none"),
  }),
  sts("sts-self-signed", "policy to enforce, self-signed certificate", {
    hosts: [{ show: selfSigned }],
    expect: forbidden("certificate-self-signed"),
  }),
  sts("sts-unknown-authority", "policy to enforce, untrusted authority", {
    hosts: [{ show: privately }],
    expect: forbidden("certificate-untrusted"),
  }),
  sts("sts-wrong-name", "policy to enforce, certificate for another name", {
    hosts: [{ show: wrongName }],
    expect: forbidden("certificate-name-mismatch"),
  }),
  sts("sts-expired", "policy to enforce, expired certificate", {
    hosts: [{ show: expired }],
    expect: forbidden("certificate-expired"),
  }),
  sts("sts-domain-name", "policy to enforce, certificate for the recipient domain only", {
    hosts: [{ show: certificate((_, { domain }) => ({ names: [domain] })) }],
    expect: forbidden("certificate-name-mismatch"),
  }),
  sts("sts-no-starttls", "policy to enforce, STARTTLS not offered", {
    hosts: [{ manner: { startTls: false } }],
    expect: forbidden("starttls-not-offered"),
  }),
];

export const policyFaults: readonly ZooDomain[] = [
  sts("sts-unfetchable", "record, and no policy host", {
    policyHost: null,
    expect: ignored("sts-fetch-failed"),
  }),
  sts("sts-404", "policy host answers 404", {
    answer: answer("nothing here", { status: "404 Not Found" }),
    expect: ignored("sts-fetch-failed"),
  }),
  sts("sts-redirect", "policy host redirects", {
    answer: answer(policy("enforce", "mx.sts-redirect.plain.zoo"), {
      status: "302 Found",
      fields: { Location: "https://mta-sts.sts-enforce.plain.zoo/.well-known/mta-sts.txt" },
    }),
    expect: ignored("sts-fetch-failed"),
  }),
  sts("sts-html", "policy of type text/html", {
    answer: answer(policy("enforce", "mx.sts-html.plain.zoo"), {
      fields: { "Content-Type": "text/html" },
    }),
    expect: ignored("sts-fetch-failed"),
  }),
  sts("sts-too-big", "policy of more than 64 KiB", {
    answer: answer(policy("enforce", "mx.sts-too-big.plain.zoo") + "x: y\r\n".repeat(12_000)),
    expect: ignored("sts-fetch-failed"),
  }),
  sts("sts-invalid", "policy of a version that does not exist", {
    answer: answer(policy("enforce", "mx.sts-invalid.plain.zoo").replace("STSv1", "STSv2")),
    expect: ignored("sts-policy-invalid"),
  }),
  sts("sts-host-wrong-name", "policy host with a certificate for another name", {
    policyHost: { show: certificate(() => ({ names: ["www.somebody-else.zoo"] })) },
    expect: ignored("sts-fetch-failed"),
  }),
  sts("sts-host-common-name", "policy host with its name in the common name only", {
    policyHost: { show: certificate((_, { host }) => ({ names: [], commonName: host })) },
    expect: ignored("sts-fetch-failed"),
  }),
  sts("sts-host-expired", "policy host with an expired certificate", {
    policyHost: { show: expired },
    expect: ignored("sts-fetch-failed"),
  }),
  sts("sts-host-self-signed", "policy host with a self-signed certificate", {
    policyHost: { show: selfSigned },
    expect: ignored("sts-fetch-failed"),
  }),
  sts("sts-host-wildcard", "policy host with a wildcard certificate", {
    policyHost: { show: certificate((_, { domain }) => ({ names: [`*.${domain}`] })) },
    expect: inForce,
    strict: { ...ignored("sts-fetch-failed"), assurance: "mx-name" },
  }),
  sts("sts-two-records", "two records", {
    records: [
      '_mta-sts.sts-two-records.plain.zoo. TXT "v=STSv1; id=1;"',
      '_mta-sts.sts-two-records.plain.zoo. TXT "v=STSv1; id=2;"',
    ],
    expect: ignored("sts-record-invalid"),
  }),
  sts("sts-bad-id", "record with an id that is none", {
    records: ['_mta-sts.sts-bad-id.plain.zoo. TXT "v=STSv1; id=2026-11-23;"'],
    expect: ignored("sts-record-invalid"),
  }),
  sts("sts-record-alias", "the record is an alias of another domain's", {
    records: [
      "_mta-sts.sts-record-alias.plain.zoo. CNAME _sts.sts-record-alias.plain.zoo.",
      '_sts.sts-record-alias.plain.zoo. TXT "v=STS" "v1; id=1"',
    ],
  }),
];

const known = (mx: string, fetchedDaysAgo = 0.5): KnownPolicy => ({
  id: "20261122T1",
  text: policy("enforce", mx),
  fetchedDaysAgo,
});

export const policyLives: readonly ZooDomain[] = [
  sts("sts-id-changed", "a policy known that names another server, a newer one fetched", {
    knownPolicy: known("mail.somebody-else.zoo"),
  }),
  sts("sts-kept", "a policy known, record and policy host gone", {
    records: [],
    policyHost: null,
    knownPolicy: known("mx.sts-kept.plain.zoo"),
    expect: { ...inForce, finding: "sts-policy-kept" },
  }),
  sts("sts-outdated", "a policy known that is over and names another server, record gone", {
    records: [],
    policyHost: null,
    knownPolicy: known("mail.somebody-else.zoo", policyDays + 1),
    expect: { status: "proven" },
  }),
  sts("sts-dane", "policy to enforce, and DANE", {
    zone: "signed.zoo",
    hosts: [{ tlsa: ({ leaf }) => [tlsa("3 1 1", leaf)] }],
    expect: { status: "proven", assurance: "dane" },
  }),
  sts("sts-dane-mismatch", "policy to enforce, met; TLSA record of another key", {
    zone: "signed.zoo",
    hosts: [{ tlsa: () => [wrongTlsa("3 1 1")] }],
    expect: { status: "failed", finding: "dane-mismatch", forbiddenBy: "dane" },
  }),
  sts("sts-signed", "policy to enforce, met, in a signed zone", { zone: "signed.zoo" }),
];
