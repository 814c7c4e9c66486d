/**
 * `mxseal serve` without a role: every role in a process of its own, kept alive by
 * `daemon/role-keeper.ts`. Children share the standard output, so that their logs pass through,
 * and hold an IPC channel: when the supervisor dies, they notice and stop by themselves.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { type Clock, systemClock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { environmentWith, type ProcessSetting, usualProcess } from "../config/process-setting.ts";
import { type KeeperTiming, type KeptRole, keeperTiming, RoleKeeper } from "./role-keeper.ts";

export interface SupervisorOptions {
  readonly roles: readonly KeptRole[];
  readonly log: Log;
  readonly clock?: Clock;
  readonly timing?: Partial<KeeperTiming>;
}

export class Supervisor {
  readonly #keepers: readonly RoleKeeper[];

  constructor(options: SupervisorOptions) {
    const timing = { ...keeperTiming, ...options.timing };
    const parts = { log: options.log, clock: options.clock ?? systemClock, timing };
    this.#keepers = options.roles.map((role) => new RoleKeeper(role, parts));
  }

  /** Until `stop`. Resolves when all children are gone, with the exit code of the process. */
  async run(stop: AbortSignal): Promise<0 | 1> {
    const clean = await Promise.all(this.#keepers.map((keeper) => keeper.keep(stop)));
    return clean.every(Boolean) ? 0 : 1;
  }

  /** Tells every role to read its configuration again. */
  reload(): void {
    for (const keeper of this.#keepers) keeper.reload();
  }
}

/**
 * Starts `script` with this Node, its options and those of `setting`, with the standard streams
 * and a channel.
 */
export function startNode(
  script: string,
  args: readonly string[],
  setting: ProcessSetting = usualProcess,
): ChildProcess {
  return spawn(process.execPath, [...process.execArgv, ...setting.nodeOptions, script, ...args], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: environmentWith(setting),
  });
}
