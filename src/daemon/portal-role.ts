/** The portal role: opens sealed messages for who has link and code; can neither probe nor seal. */
import { MxsealError } from "../base/errors.ts";
import { parseEndpoint } from "../listen/endpoint.ts";
import { createPortal, type ListenAt } from "../portal/portal.ts";
import { loadPortalKeys } from "../seal/key-files.ts";
import { openStore } from "../store/sqlite/open-store.ts";
import { portalBranding, senderBrandings } from "./portal-branding.ts";
import type { RoleContext } from "./role.ts";

/** Resolves when pages are served; disposal finishes the answers in flight. */
export async function startPortalRole({ config, log }: RoleContext): Promise<AsyncDisposable> {
  const { portal: options, keys, store: storeOptions } = config;
  if (options.base_url === undefined) {
    throw new MxsealError("MXSEAL_CONFIG_INVALID", "portal.base_url is not set");
  }
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await openStore(storeOptions.path));
  const portal = await createPortal({
    store: store.sealed,
    manage: store.manage,
    replies: options.replies ? store.replies : undefined,
    keys: await loadPortalKeys(keys.directory),
    baseUrl: options.base_url,
    listenAt: listenAt(options.listen),
    trustedProxies: options.trusted_proxies,
    smsCountries: config.sms.hook === undefined ? undefined : config.sms.countries,
    branding: await portalBranding(config),
    senderBrandings: await senderBrandings(config),
    ...(options.security_contact === undefined
      ? {}
      : { securityContact: options.security_contact }),
    log,
  });
  stack.use(portal);
  await portal.listen();
  log.info({ address: portal.address }, "portal open");
  return stack.move();
}

function listenAt(text: string): ListenAt {
  const endpoint = parseEndpoint(text);
  return endpoint.kind === "unix" ? { path: endpoint.path } : endpoint;
}
