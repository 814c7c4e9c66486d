/**
 * One role as a process: starts it, keeps it until told to stop, ends it in good order. HUP checks
 * the configuration file; a good one is taken up by ending, because whoever started the process
 * starts it anew; a faulty one is reported and the old one stays in force.
 */
import { once } from "node:events";
import { systemClock } from "../base/clock.ts";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { readCertificate } from "../portal/certificate-files.ts";
import { certificatePaths } from "./certificate-paths.ts";
import { createLog } from "./pino-log.ts";
import { prepareKeys } from "./prepare-keys.ts";
import type { Role, RoleContext } from "./role.ts";
import { StopSignal } from "./stop-signal.ts";
import { startWatchdog } from "./watchdog.ts";

/** Resolves when the role has ended in good order; rejects when it cannot do its work. */
export async function runRole(role: Role, config: Config, configPath: string): Promise<void> {
  const log = createLog({ level: config.log.level, role });
  const restart = new AbortController();
  const onReload = (): void => void reload(role, configPath, { log, restart });
  using cleanup = new DisposableStack();
  const stop = cleanup.use(new StopSignal({ log, onReload }));
  cleanup.use(startWatchdog());
  await report(log, async () => {
    if (role === "milter") await prepareKeys(config, log);
    await using running = new AsyncDisposableStack();
    running.use(await start(role, { config, configPath, log }));
    const end = AbortSignal.any([stop.signal, restart.signal]);
    if (!end.aborted) await once(end, "abort");
  });
  log.info({}, "stopped");
}

/** Loads the role's own part of the program alone: what the others need is tens of megabytes. */
async function start(role: Role, context: RoleContext): Promise<AsyncDisposable> {
  switch (role) {
    case "lookup":
      return await (await import("./lookup-role.ts")).startLookupRole(context);
    case "milter":
      return await (await import("./milter-role.ts")).startMilterRole(context);
    case "portal":
      return await (await import("./portal-role.ts")).startPortalRole(context);
  }
}

/** An operational fault is logged here with its advice, because nobody may watch standard error. */
async function report(log: Log, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof MxsealError) log.error({ error }, `${error.message} ${error.advice}`);
    throw error;
  }
}

async function reload(
  role: Role,
  configPath: string,
  { log, restart }: { readonly log: Log; readonly restart: AbortController },
): Promise<void> {
  try {
    const config = await loadConfig(configPath);
    if (role === "portal") await tryCertificate(config);
    log.info({ configPath }, "configuration is good; starting anew with it");
    restart.abort();
  } catch (error) {
    if (!(error instanceof MxsealError)) throw error;
    log.error({ error }, `the old configuration stays in force: ${error.message}`);
  }
}

/** A portal that ended with a broken pair in its files could not begin again. */
async function tryCertificate(config: Config): Promise<void> {
  const paths = certificatePaths(config);
  if (paths !== undefined) await readCertificate(paths, systemClock.now());
}
