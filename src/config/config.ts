/**
 * The configuration: one TOML file, every key documented here, an unknown key is an error.
 * Durations carry their unit in the key. The frozen result is handed on piece by piece.
 */
import { z } from "zod";
import { type Domain, parseDomain } from "../base/domain.ts";
import { isPhonePrefix } from "../base/phone-number.ts";
import { quoted } from "../base/printable.ts";
import { failure, type Result, success } from "../base/result.ts";
import { type Assurance, assurances } from "../base/verdict.ts";
import { type ProfileName, profileNames } from "../tls-profile/tls-profile.ts";
import { findLockFaults, type LockTable, lockTable } from "./lock-limits.ts";
import { findTemplatesFault } from "./mail-templates.ts";
import { oneLine, type TemplateTable, templateTables } from "./template-table.ts";

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
  readonly portal: {
    readonly listen: string;
    /** PEM files; both, and the portal speaks HTTPS itself; neither, and a proxy does. */
    readonly certificate?: string | undefined;
    readonly private_key?: string | undefined;
    /** ADDRESS:PORT where plain HTTP is led to `base_url`; without it nothing listens there. */
    readonly redirect_listen?: string | undefined;
    /** What links begin with: scheme and host, no path. The milter needs it to seal. */
    readonly base_url?: string | undefined;
    /** Proxies whose X-Forwarded-For is believed. */
    readonly trusted_proxies: readonly string[];
    /** Whether readers may answer the sender. */
    readonly replies: boolean;
    /** Files that may come with one reply; 0: text only. */
    readonly reply_max_files: number;
    /** All files of one reply together. */
    readonly reply_max_mib: number;
    /** From address of their replies, in a local or own domain; default mxseal@ the sender's. */
    readonly reply_from?: string | undefined;
    /** Where to report a weakness, for security.txt: a mail address or an https URL. */
    readonly security_contact?: string | undefined;
    /** At the foot of every page. */
    readonly imprint_url?: string | undefined;
    readonly privacy_url?: string | undefined;
    readonly accessibility_url?: string | undefined;
  };
  /** Wrong codes, and what they lead to: `lock-limits.ts`. */
  readonly lock: LockTable;
}

/** Codes by SMS, through a program or service of the administrator's. */
export interface SmsConfig {
  /** Absolute path of a program, or a URL: https, or http on this machine. None: no SMS. */
  readonly hook?: string | undefined;
  /** Holds what the service wants to see as a bearer token. */
  readonly token_file?: string | undefined;
  /** What numbers must begin with: `+49`, or `+4917` for less. */
  readonly countries: readonly string[];
  readonly per_message: number;
  readonly per_sender_per_hour: number;
  readonly per_day: number;
  /** For one call of the hook. */
  readonly timeout_seconds: number;
  readonly max_tries: number;
}

const endpoint = z
  .string()
  .refine((text) => /^(?:\/.+|(?:\[[0-9a-fA-F:]+\]|[0-9.]+):\d{1,5})$/.test(text), {
    message: "expected ADDRESS:PORT, [IPV6]:PORT or the absolute path of a unix socket",
  });
const tcpEndpoint = endpoint.refine((text) => !text.startsWith("/"), {
  message: "expected ADDRESS:PORT or [IPV6]:PORT",
});
const baseUrl = z
  .url({ protocol: /^https?$/ })
  .refine((text) => URL.parse(text)?.origin === text.toLowerCase(), {
    message: "expected https://HOST, without path or slash behind it",
  })
  .refine((text) => text.startsWith("https:") || isLoopback(URL.parse(text)?.hostname ?? ""), {
    message: "links must begin with https://",
  });
const httpsUrl = z.url({ protocol: /^https$/, error: "expected https://…" });
const securityContact = z
  .string()
  .refine((text) => [z.email(), httpsUrl].some((form) => form.safeParse(text).success), {
    message: "expected a mail address or https://…",
  });
const domain = z.string().transform((text, context) => {
  const parsed = parseDomain(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: "custom", message: `${quoted(text)} is not a domain` });
  return z.NEVER;
});
const path = z.string().startsWith("/", { message: "expected an absolute path" });
const smsHook = z.string().refine(isSmsHook, {
  message: "expected the absolute path of a program, https://…, or http:// on this machine",
});
const phonePrefix = z.string().refine(isPhonePrefix, {
  message: "expected + and a country's calling code, and what follows it: +49 or +4917",
});
const seconds = (least: number, most: number) => z.number().min(least).max(most);

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
  sms: z
    .strictObject({
      hook: smsHook.optional(),
      token_file: path.optional(),
      countries: z.array(phonePrefix).default([]),
      per_message: z.int().min(1).max(20).default(3),
      per_sender_per_hour: z.int().min(1).max(1000).default(20),
      per_day: z.int().min(1).max(100_000).default(200),
      timeout_seconds: seconds(1, 20).default(10),
      max_tries: z.int().min(1).max(12).default(6),
    })
    .prefault({}),
  template: templateTables.default([]),
  portal: z
    .strictObject({
      listen: endpoint.default("127.0.0.1:10044"),
      certificate: path.optional(),
      private_key: path.optional(),
      redirect_listen: tcpEndpoint.optional(),
      base_url: baseUrl.optional(),
      trusted_proxies: z.array(z.union([z.ipv4(), z.ipv6()])).default([]),
      replies: z.boolean().default(true),
      reply_max_files: z.int().min(0).max(50).default(10),
      reply_max_mib: z.int().min(1).max(100).default(25),
      reply_from: z.email().optional(),
      security_contact: securityContact.optional(),
      imprint_url: httpsUrl.optional(),
      privacy_url: httpsUrl.optional(),
      accessibility_url: httpsUrl.optional(),
    })
    .prefault({}),
  lock: lockTable,
});

const schema = keys.superRefine((config, context) => {
  const message = findTemplatesFault(config);
  if (message !== undefined) context.addIssue({ code: "custom", path: ["template"], message });
  if (!isOwnAddress(config.portal.reply_from, config.domains)) {
    const text = "must be an address in `domains.local` or `domains.own_remote`";
    context.addIssue({ code: "custom", path: ["portal", "reply_from"], message: text });
  }
  for (const { key, text } of smsFaults(config.sms)) {
    context.addIssue({ code: "custom", path: ["sms", key], message: text });
  }
  for (const { key, text } of findPortalFaults(config.portal)) {
    context.addIssue({ code: "custom", path: ["portal", key], message: text });
  }
  for (const { key, text } of findLockFaults(config.lock)) {
    context.addIssue({ code: "custom", path: ["lock", key], message: text });
  }
});

/** A certificate alone is of no use, and neither is one that no browser sees. */
function findPortalFaults(portal: Config["portal"]): readonly ConfigFault[] {
  const { certificate, private_key: privateKey, listen } = portal;
  const faults = redirectFaults(portal);
  if (certificate === undefined && privateKey === undefined) return faults;
  if (certificate === undefined) {
    faults.push({ key: "certificate", text: "needed where `portal.private_key` is set" });
  }
  if (privateKey === undefined) {
    faults.push({ key: "private_key", text: "needed where `portal.certificate` is set" });
  }
  if (listen.startsWith("/")) {
    const text = "must be ADDRESS:PORT or [IPV6]:PORT where the portal has a certificate";
    faults.push({ key: "listen", text });
  }
  if (portal.base_url?.startsWith("http:")) {
    const text = "must begin with https:// where the portal has a certificate";
    faults.push({ key: "base_url", text });
  }
  return faults;
}

function redirectFaults(portal: Config["portal"]): ConfigFault[] {
  const { redirect_listen: redirectListen, base_url: base, listen } = portal;
  if (redirectListen === undefined) return [];
  const faults: ConfigFault[] = [];
  if (base?.startsWith("https:") !== true) {
    const text = "needs a `portal.base_url` that begins with https://";
    faults.push({ key: "redirect_listen", text });
  }
  // Port 0 is another one each time.
  if (redirectListen === listen && !listen.endsWith(":0")) {
    faults.push({ key: "redirect_listen", text: "must be another address than `portal.listen`" });
  }
  return faults;
}

/** Mail from elsewhere would not be aligned (RFC 7489 §3.1). */
function isOwnAddress(address: string | undefined, domains: Config["domains"]): boolean {
  if (address === undefined) return true;
  const named = parseDomain(address.slice(address.lastIndexOf("@") + 1));
  return [...domains.local, ...domains.own_remote].some((own) => own === named);
}

/** No country by default: who may make a machine send SMS anywhere makes money with it. */
function smsFaults({ hook, token_file: tokenFile, countries }: SmsConfig): readonly ConfigFault[] {
  const faults: ConfigFault[] = [];
  if (hook !== undefined && countries.length === 0) {
    faults.push({ key: "countries", text: 'must say where SMS may go, such as ["+49"]' });
  }
  if (tokenFile !== undefined && (hook === undefined || hook.startsWith("/"))) {
    faults.push({ key: "token_file", text: "is for a hook that is a URL" });
  }
  return faults;
}

/** A name and password in the URL would stand in the configuration for all to read. */
function isSmsHook(text: string): boolean {
  if (text.startsWith("/")) return !text.endsWith("/");
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "" || url.hash !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}

/** One fault of a configuration file: where (`portal.base_url`) and what. */
export interface ConfigFault {
  readonly key: string;
  readonly text: string;
}

/** `raw` is the file's parsed TOML. Reports every fault at once, defaults filled in otherwise. */
export function checkConfig(raw: unknown): Result<Config, readonly ConfigFault[]> {
  const outcome = schema.safeParse(raw);
  if (outcome.success) return success(outcome.data);
  return failure(
    outcome.error.issues.map((issue) => ({ key: issue.path.join("."), text: issue.message })),
  );
}

/** Where plain http harms nobody: a trial on one machine. */
function isLoopback(hostname: string): boolean {
  return /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(hostname);
}
