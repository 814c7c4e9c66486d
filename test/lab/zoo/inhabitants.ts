/** Everybody in the zoo, family by family. */
import { certificateFaults } from "./certificate-faults.ts";
import { daneAuthority, daneEndEntity, daneUnusable } from "./dane-records.ts";
import { daneAliases, daneMixtures, daneZones } from "./dane-zones.ts";
import { hostileServers } from "./hostile-servers.ts";
import { addresses, routes, zoneStates } from "./mail-routes.ts";
import { policies, policyFaults, policyLives } from "./mta-sts.ts";
import { nameShapes } from "./name-shapes.ts";
import { groups, handshakes, protocols, suites } from "./tls-strength.ts";
import type { ZooDomain } from "./zoo-domain.ts";

export const families: Readonly<Record<string, readonly ZooDomain[]>> = {
  "certificates and chains": certificateFaults,
  names: nameShapes,
  protocols,
  suites,
  "key exchange": groups,
  handshakes,
  addresses,
  "mail servers": routes,
  zones: zoneStates,
  "DANE-EE": daneEndEntity,
  "DANE-TA": daneAuthority,
  "unusable TLSA records": daneUnusable,
  "DANE and zones": daneZones,
  "DANE and aliases": daneAliases,
  "DANE in mixtures": daneMixtures,
  "MTA-STS": policies,
  "MTA-STS faults": policyFaults,
  "MTA-STS over time": policyLives,
  "hostile servers": hostileServers,
};

export const inhabitants: readonly ZooDomain[] = Object.values(families).flat();
