/**
 * The configuration: one TOML file, every key documented here, an unknown key is an error.
 * Durations carry their unit in the key. The frozen result is handed on piece by piece.
 */
import { z } from "zod";
import { type Domain, parseDomain } from "../base/domain.ts";
import { quoted } from "../base/printable.ts";
import { failure, type Result, success } from "../base/result.ts";
import { type Assurance, assurances } from "../base/verdict.ts";
import { type ProfileName, profileNames } from "../tls-profile/tls-profile.ts";
import type { ConfigFault } from "./config-fault.ts";
import { findLockFaults, type LockTable, lockTable } from "./lock-limits.ts";
import { findTemplatesFault } from "./mail-templates.ts";
import { findPortalFaults, type PortalConfig, portalTable } from "./portal-table.ts";
import { findSmsFaults, type SmsConfig, smsTable } from "./sms-table.ts";
import { oneLine, type TemplateTable, templateTables } from "./template-table.ts";
import { endpoint, path, seconds, tcpEndpoint } from "./value-form.ts";

/** Keys are spelled as in the file, so that an error, the file and the code say the same word. */
export interface Config {
  readonly log: { readonly level: "debug" | "info" | "warn" | "error" };
  readonly store: { readonly path: string };
  /** `directory` holds `seal.key` (milter only) and `portal.key` (milter and portal). */
  readonly keys: { readonly directory: string };
  /** `trusted_resolvers`: whose AD bit is believed although they are not on loopback. */
  readonly dns: { readonly trusted_resolvers: readonly string[] };
  readonly tls: {
    /** The same file that Postfix's smtp_tls_CAfile names. */
    readonly ca_file: string;
    readonly profile: ProfileName;
    readonly least_assurance: Exclude<Assurance, "none">;
    /** Whether `mxseal-secure` looks up DANE: smtp_dns_support_level=dnssec, as in the example. */
    readonly dane: boolean;
    readonly mta_sts: boolean;
    /** Adds policy_type=sts and its like to policies; only Postfix 3.10.5 and later know them. */
    readonly sts_attributes: boolean;
  };
  readonly probe: {
    /** Domains that are probed at a time. */
    readonly concurrency: number;
    /** Connections at a time to one mail server, over all its addresses. */
    readonly connections_per_host: number;
    /** To one network: /24 of IPv4, /48 of IPv6. */
    readonly connections_per_network: number;
    /** For one domain altogether. */
    readonly timeout_seconds: number;
  };
  readonly domains: {
    /** Delivered on this host or to a hop inside: mxseal leaves them alone. */
    readonly local: readonly Domain[];
    /** Sent where the administrator's own transport entries say. */
    readonly routed: readonly Domain[];
    /** Ours, but hosted elsewhere: only when proven, never sealed. */
    readonly own_remote: readonly Domain[];
  };
  readonly clients: {
    /** Networks (CIDR) whose RCPT may wait for a first probe; a SASL login always may. */
    readonly trusted_networks: readonly string[];
    readonly rcpt_wait_seconds: number;
  };
  readonly listen: {
    /** ADDRESS:PORT, [IPV6]:PORT or the absolute path of a unix socket. */
    readonly policy: readonly string[];
    readonly socketmap: readonly string[];
    readonly milter: string;
    readonly milter_group: string;
  };
  readonly postfix: {
    readonly config_directory: string;
    /** Where code mails are handed to Postfix, by SMTP. */
    readonly submission: string;
  };
  readonly seal: {
    readonly expires_after_days: number;
    readonly max_message_mib: number;
    /** Larger messages are sealed by the portal also where a rule wants a PDF. */
    readonly pdf_max_mib: number;
    /** How long codes of one message are collected before they go into one mail. */
    readonly code_mail_delay_seconds: number;
    readonly code_reserve: number;
    /** From address of the code mail, in a local or own domain; default mxseal@ the sender's. */
    readonly code_mail_from?: string | undefined;
    readonly organisation: string;
  };
  readonly sms: SmsConfig;
  /** How mails of a sender domain look and speak: `[[template]]`, see `template-table.ts`. */
  readonly template: readonly TemplateTable[];
  readonly portal: PortalConfig;
  /** Wrong codes, and what they lead to: `lock-limits.ts`. */
  readonly lock: LockTable;
}

const domain = z.string().transform((text, context) => {
  const parsed = parseDomain(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: "custom", message: `${quoted(text)} is not a domain` });
  return z.NEVER;
});

const keys: z.ZodType<Config> = z.strictObject({
  log: z
    .strictObject({ level: z.enum(["debug", "info", "warn", "error"]).default("info") })
    .prefault({}),
  store: z.strictObject({ path: path.default("/var/lib/mxseal/mxseal.db") }).prefault({}),
  keys: z
    .strictObject({
      directory: path.default("/etc/mxseal/keys"),
    })
    .prefault({}),
  dns: z
    .strictObject({
      trusted_resolvers: z.array(z.union([z.ipv4(), z.ipv6()])).default([]),
    })
    .prefault({}),
  tls: z
    .strictObject({
      ca_file: path.default("/etc/ssl/certs/ca-certificates.crt"),
      profile: z.enum(profileNames).default("bsi"),
      least_assurance: z.enum(assurances).exclude(["none"]).default("mx-name"),
      dane: z.boolean().default(true),
      mta_sts: z.boolean().default(true),
      sts_attributes: z.boolean().default(false),
    })
    .prefault({}),
  probe: z
    .strictObject({
      concurrency: z.int().min(1).max(512).default(64),
      connections_per_host: z.int().min(1).max(20).default(2),
      connections_per_network: z.int().min(1).max(100).default(8),
      timeout_seconds: seconds(10, 600).default(100),
    })
    .prefault({}),
  domains: z
    .strictObject({
      local: z.array(domain).default([]),
      routed: z.array(domain).default([]),
      own_remote: z.array(domain).default([]),
    })
    .prefault({}),
  clients: z
    .strictObject({
      trusted_networks: z
        .array(z.union([z.cidrv4(), z.cidrv6()]))
        .default(["127.0.0.0/8", "::1/128"]),
      rcpt_wait_seconds: seconds(0, 8).default(3),
    })
    .prefault({}),
  listen: z
    .strictObject({
      policy: z.array(endpoint).default(["127.0.0.1:10040"]),
      socketmap: z.array(endpoint).default(["127.0.0.1:10041"]),
      milter: path.default("/var/spool/postfix/mxseal/milter.sock"),
      milter_group: z.string().default("postfix"),
    })
    .prefault({}),
  postfix: z
    .strictObject({
      config_directory: path.default("/etc/postfix"),
      submission: tcpEndpoint.default("127.0.0.1:25"),
    })
    .prefault({}),
  seal: z
    .strictObject({
      expires_after_days: z
        .number()
        .min(1 / 24)
        .max(365)
        .default(30),
      max_message_mib: z.number().min(1).max(1024).default(100),
      pdf_max_mib: z.number().min(1).max(50).default(20),
      code_mail_delay_seconds: seconds(0, 60).default(20),
      code_reserve: z.int().min(4).max(10_000).default(128),
      code_mail_from: z.email().optional(),
      organisation: oneLine(200).default(""),
    })
    .prefault({}),
  sms: smsTable,
  template: templateTables.default([]),
  portal: portalTable,
  lock: lockTable,
});

const schema = keys.superRefine((config, context) => {
  const message = findTemplatesFault(config);
  if (message !== undefined) context.addIssue({ code: "custom", path: ["template"], message });
  if (!isOwnAddress(config.portal.reply_from, config.domains)) {
    const text = "must be an address in `domains.local` or `domains.own_remote`";
    context.addIssue({ code: "custom", path: ["portal", "reply_from"], message: text });
  }
  for (const { key, text } of findSmsFaults(config.sms)) {
    context.addIssue({ code: "custom", path: ["sms", key], message: text });
  }
  for (const { key, text } of findPortalFaults(config.portal)) {
    context.addIssue({ code: "custom", path: ["portal", key], message: text });
  }
  for (const { key, text } of findLockFaults(config.lock)) {
    context.addIssue({ code: "custom", path: ["lock", key], message: text });
  }
});

/** Mail from elsewhere would not be aligned (RFC 7489 §3.1). */
function isOwnAddress(address: string | undefined, domains: Config["domains"]): boolean {
  if (address === undefined) return true;
  const named = parseDomain(address.slice(address.lastIndexOf("@") + 1));
  return [...domains.local, ...domains.own_remote].some((own) => own === named);
}

/** `raw` is the file's parsed TOML. Reports every fault at once, defaults filled in otherwise. */
export function checkConfig(raw: unknown): Result<Config, readonly ConfigFault[]> {
  const outcome = schema.safeParse(raw);
  if (outcome.success) return success(outcome.data);
  return failure(
    outcome.error.issues.map((issue) => ({ key: issue.path.join("."), text: issue.message })),
  );
}
