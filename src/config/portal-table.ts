/** `[portal]`: where readers and senders find it, and what they may do there. */
import { z } from "zod";
import type { ConfigFault } from "./config-fault.ts";
import { endpoint, isLoopback, path, tcpEndpoint } from "./value-form.ts";

export interface PortalConfig {
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
}

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

export const portalTable: z.ZodType<PortalConfig> = z
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
  .prefault({});

/** A certificate alone is of no use, and neither is one that no browser sees. */
export function findPortalFaults(portal: PortalConfig): readonly ConfigFault[] {
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

function redirectFaults(portal: PortalConfig): ConfigFault[] {
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
