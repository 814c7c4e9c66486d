/** The portal role: opens sealed messages for who has link and code; can neither probe nor seal. */
import { systemClock } from "../base/clock.ts";
import { MxsealError } from "../base/errors.ts";
import { attemptLimits } from "../config/lock-limits.ts";
import { requireKnownKeys } from "../gate/known-keys.ts";
import { parseEndpoint } from "../listen/endpoint.ts";
import { readCertificate } from "../portal/certificate-files.ts";
import { type HttpsRedirect, startHttpsRedirect } from "../portal/https-redirect.ts";
import { createPortal, type ListenAt, type Portal } from "../portal/portal.ts";
import { loadPortalKeys } from "../seal/key-files.ts";
import { openStore } from "../store/sqlite/open-store.ts";
import { portalRights } from "../store/store-rights.ts";
import { every, runUntilDisposed } from "./background.ts";
import { linkHost } from "./certificate-host.ts";
import { certificatePaths } from "./certificate-paths.ts";
import {
  CertificateWatch,
  type CertificateWatchParts,
  certificateLookEveryMs,
} from "./certificate-watch.ts";
import { portalBranding, senderBrandings } from "./portal-branding.ts";
import type { RoleContext } from "./role.ts";

/** Resolves when pages are served; disposal finishes the answers in flight. */
export async function startPortalRole({ config, log }: RoleContext): Promise<AsyncDisposable> {
  const { portal: options, keys, store: storeOptions } = config;
  if (options.base_url === undefined) {
    throw new MxsealError("MXSEAL_CONFIG_INVALID", "portal.base_url is not set");
  }
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await openStore(storeOptions.path, { rights: portalRights }));
  const portalKeys = await loadPortalKeys(keys.directory);
  await requireKnownKeys(store.keyMarks, portalKeys);
  const paths = certificatePaths(config);
  const portal = await createPortal({
    store: store.sealed,
    manage: store.manage,
    remembered: store.remembered,
    replies: options.replies ? store.replies : undefined,
    replyFiles: { maxFiles: options.reply_max_files, maxMib: options.reply_max_mib },
    keys: portalKeys,
    baseUrl: options.base_url,
    listenAt: listenAt(options.listen),
    certificate: paths && (await readCertificate(paths, systemClock.now())),
    trustedProxies: options.trusted_proxies,
    smsCountries: config.sms.hook === undefined ? undefined : config.sms.countries,
    branding: await portalBranding(config),
    attemptLimits: attemptLimits(config.lock),
    senderBrandings: await senderBrandings(config),
    ...(options.security_contact === undefined
      ? {}
      : { securityContact: options.security_contact }),
    log,
  });
  stack.use(portal);
  await portal.listen();
  log.info({ address: portal.address }, "portal open");
  const redirect = await startRedirect(options, log);
  if (redirect !== undefined) {
    stack.use(redirect);
    log.info({ redirectAddress: redirect.address }, "plain HTTP is led to https");
  }
  if (paths !== undefined) {
    await watchCertificate(stack, portal, { paths, host: linkHost(config), log });
  }
  return stack.move();
}

async function startRedirect(
  options: RoleContext["config"]["portal"],
  log: RoleContext["log"],
): Promise<HttpsRedirect | undefined> {
  const { redirect_listen: listen, base_url: baseUrl } = options;
  if (listen === undefined || baseUrl === undefined) return undefined;
  const place = parseEndpoint(listen);
  if (place.kind === "unix") throw new Error("portal.redirect_listen was not checked");
  return await startHttpsRedirect({
    listenAt: place,
    origin: new URL(baseUrl).origin,
    clock: systemClock,
    log,
  });
}

async function watchCertificate(
  stack: AsyncDisposableStack,
  portal: Portal,
  parts: Pick<CertificateWatchParts, "paths" | "host" | "log">,
): Promise<void> {
  const watch = await CertificateWatch.start({
    ...parts,
    take: (certificate) => portal.renewCertificate(certificate),
    clock: systemClock,
  });
  runUntilDisposed(stack, (signal) => [every(certificateLookEveryMs, signal, () => watch.tick())]);
}

function listenAt(text: string): ListenAt {
  const endpoint = parseEndpoint(text);
  return endpoint.kind === "unix" ? { path: endpoint.path } : endpoint;
}
