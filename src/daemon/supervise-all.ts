/** `mxseal serve` without a role: all three, each in a process of its own, under one supervisor. */
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { streamingProcess, usualProcess } from "../config/process-setting.ts";
import { parseEndpoint } from "../listen/endpoint.ts";
import { lookupAnswers } from "./lookup-health.ts";
import { createLog } from "./pino-log.ts";
import { prepareKeys } from "./prepare-keys.ts";
import { type Role, roles } from "./role.ts";
import type { KeptRole } from "./role-keeper.ts";
import { StopSignal } from "./stop-signal.ts";
import { Supervisor, startNode } from "./supervisor.ts";

/** Resolves with the exit status when every role has ended after a stop. */
export async function superviseAll(config: Config, configPath: string): Promise<0 | 1> {
  const log = createLog({ level: config.log.level, role: "supervisor" });
  const supervisor = new Supervisor({
    roles: wanted(config, log).map((role) => kept(role, config, configPath)),
    log,
  });
  using stop = new StopSignal({
    log,
    onReload: () => void reload(supervisor, configPath, log),
    deadlineMs: 60_000,
  });
  log.info({ configPath }, "starting");
  await makeFirstKeys(config, log);
  return await supervisor.run(stop.signal);
}

/** So that no role starts without them. A fault here is the roles' to meet and to try again. */
async function makeFirstKeys(config: Config, log: Log): Promise<void> {
  try {
    await prepareKeys(config, log);
  } catch (error) {
    if (!(error instanceof MxsealError)) throw error;
    log.error({ error }, `${error.message} ${error.advice}`);
  }
}

/** Without an address for links there is no portal, and nothing is sealed. */
function wanted(config: Config, log: Log): readonly Role[] {
  if (config.portal.base_url !== undefined) return roles;
  log.warn({}, "portal.base_url is not set: no portal, and what would be sealed waits");
  return roles.filter((role) => role !== "portal");
}

function kept(role: Role, config: Config, configPath: string): KeptRole {
  const script = process.argv[1];
  if (script === undefined) throw new Error("mxseal was started without a script");
  const setting = role === "lookup" ? usualProcess : streamingProcess;
  const words = ["--config", configPath, "serve", "--role", role];
  const start = () => startNode(script, words, setting);
  const socketmap = config.listen.socketmap[0];
  if (role !== "lookup" || socketmap === undefined) return { name: role, start };
  const endpoint = parseEndpoint(socketmap);
  return { name: role, start, query: (signal) => lookupAnswers(endpoint, signal) };
}

/** A faulty file changes nothing; otherwise each role takes it up by itself. */
async function reload(supervisor: Supervisor, configPath: string, log: Log): Promise<void> {
  try {
    await loadConfig(configPath);
    supervisor.reload();
  } catch (error) {
    if (!(error instanceof MxsealError)) throw error;
    log.error({ error }, `the old configuration stays in force: ${error.message}`);
  }
}
