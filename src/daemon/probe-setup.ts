/** Everything a probe needs, made from the configuration; for the worker and `mxseal probe`. */
import { stat } from "node:fs/promises";
import { systemClock } from "../base/clock.ts";
import type { Config } from "../config/config.ts";
import { loadSystemResolver } from "../dns/system-resolver.ts";
import { loadCaFile } from "../probe/ca-file.ts";
import { createDeliveryTls, type DeliveryTls } from "../probe/delivery-tls.ts";
import type { ProbeOptions } from "../probe/probe-options.ts";
import { bcp195 } from "../tls-profile/bcp195.ts";
import { findEhloName } from "./ehlo-name.ts";

const resolvConf = "/etc/resolv.conf";

export class ProbeSetup {
  readonly #config: Config;
  #ehloName: string | undefined;
  #tls: { readonly changedAt: number; readonly delivery: DeliveryTls } | undefined;

  constructor(config: Config) {
    this.#config = config;
  }

  /**
   * Rejects with MXSEAL_CA_FILE_UNUSABLE or MXSEAL_RESOLVER_UNUSABLE. resolv.conf is read anew each
   * time, since networks change; the CA file when it has changed, since packages renew it.
   */
  async options(): Promise<ProbeOptions> {
    const { dns, tls, postfix } = this.#config;
    this.#ehloName ??= await findEhloName(postfix.config_directory);
    return {
      resolver: await loadSystemResolver(resolvConf, dns.trusted_resolvers),
      tls: await this.#deliveryTls(tls.ca_file),
      leastAssurance: tls.least_assurance,
      ehloName: this.#ehloName,
      clock: systemClock,
    };
  }

  async #deliveryTls(path: string): Promise<DeliveryTls> {
    const changedAt = await stat(path).then(
      (file) => file.mtimeMs,
      () => undefined,
    );
    if (this.#tls !== undefined && this.#tls.changedAt === changedAt) return this.#tls.delivery;
    const delivery = createDeliveryTls(bcp195, await loadCaFile(path));
    this.#tls = changedAt === undefined ? undefined : { changedAt, delivery };
    return delivery;
  }
}
