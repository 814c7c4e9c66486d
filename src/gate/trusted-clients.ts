/**
 * Whose mail may make mxseal probe a domain and wait for it: people who logged in, and the
 * networks that the configuration names. mxseal judges this itself, because the order of Postfix's
 * restrictions differs by version, and a stranger could otherwise fill memory with domains.
 */
import { BlockList, isIP } from "node:net";
import type { PolicyRequest } from "../wire/policy-delegation.ts";

export class TrustedClients {
  readonly #networks = new BlockList();

  /** `networks`: CIDR such as `10.0.0.0/8` or `fd00::/8`, checked by the configuration. */
  constructor(networks: readonly string[]) {
    for (const network of networks) {
      const [address = "", bits = ""] = network.split("/");
      this.#networks.addSubnet(address, Number(bits), isIP(address) === 6 ? "ipv6" : "ipv4");
    }
  }

  trusts(request: Pick<PolicyRequest, "saslUsername" | "clientAddress">): boolean {
    if (request.saslUsername !== "") return true;
    const family = isIP(request.clientAddress);
    if (family === 0) return false;
    return this.#networks.check(request.clientAddress, family === 6 ? "ipv6" : "ipv4");
  }
}
