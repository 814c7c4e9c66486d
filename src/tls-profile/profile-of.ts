/** All profiles there are; a further one is a file, a name in `tls-profile.ts` and a line here. */
import { bcp195 } from "./bcp195.ts";
import { bsi } from "./bsi.ts";
import { bsiStrict } from "./bsi-strict.ts";
import type { ProfileName, TlsProfile } from "./tls-profile.ts";

const profiles: Readonly<Record<ProfileName, TlsProfile>> = {
  bcp195,
  bsi,
  "bsi-strict": bsiStrict,
};

/** The profile that the configuration names. */
export function profileOf(name: ProfileName): TlsProfile {
  return profiles[name];
}
