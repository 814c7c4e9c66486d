/** The three processes of mxseal, one per trust zone, and what each is started with. */
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";

export const roles = ["lookup", "milter", "portal"] as const;
export type Role = (typeof roles)[number];

export interface RoleContext {
  readonly config: Config;
  /** Undefined: no file, all defaults. */
  readonly configPath: string | undefined;
  readonly log: Log;
}
