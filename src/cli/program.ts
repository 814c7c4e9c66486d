/**
 * The command line. Exit status: 0 done; 2 the command or the configuration is wrong; 3 the store,
 * the resolver or another part of the machine cannot do its work; other values where a command's
 * help says so. Results go to standard output, everything else to standard error.
 */
import { access } from "node:fs/promises";
import type { Writable } from "node:stream";
import { Command, CommanderError, Option } from "commander";
import { systemClock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import { defaultConfigPath, loadConfig, parseConfig } from "../config/load.ts";
import { operatorName } from "../config/operator.ts";
import { operatorLanguage } from "../config/operator-language.ts";
import { createProbePool } from "../daemon/lookup-role.ts";
import { createLog } from "../daemon/pino-log.ts";
import { requireAnswers } from "../dns/resolver-answers.ts";
import { loadSystemResolver } from "../dns/system-resolver.ts";
import { requireKnownKeys } from "../gate/known-keys.ts";
import { loadPortalKeys } from "../seal/key-files.ts";
import { openStore } from "../store/sqlite/open-store.ts";
import { profileOf } from "../tls-profile/profile-of.ts";
import { profileName } from "../tls-profile/tls-profile.ts";
import type { CliContext } from "./cli-context.ts";
import { addCodeCommand } from "./code-command.ts";
import { addConfigCommand } from "./config-command.ts";
import { addMessageCommand } from "./message-command.ts";
import { addProbeCommand } from "./probe-command.ts";
import { addRefreshCommand } from "./refresh-command.ts";
import { addRuleCommand } from "./rule-command.ts";
import { addServeCommand } from "./serve-command.ts";
import { addSmsCommand } from "./sms-command.ts";
import { listenForStop } from "./stop-request.ts";
import { addTemplateCommand } from "./template-command.ts";
import { addVerdictCommand } from "./verdict-command.ts";

const usageStatus = 2;

export interface LoadedConfig {
  readonly config: Config;
  /** Undefined: no file, all defaults. */
  readonly path: string | undefined;
}

/** What commands get beside what they parse; extends the context of the commands on the store. */
export interface ProgramContext extends CliContext {
  configuration(): LoadedConfig;
}

/** Resolves to the exit status; rejects with an `MxsealError` or, for a bug, with anything. */
export async function runProgram(
  args: readonly string[],
  out: Writable,
  err: Writable,
): Promise<number> {
  const program = new Command("mxseal");
  let status = 0;
  const context = createContext(program, { out, err }, (code) => {
    status = code;
  });
  program
    .description("mail leaves over validated TLS, or sealed, or not at all")
    .addOption(new Option("-c, --config <file>", `configuration (default: ${defaultConfigPath})`))
    .helpCommand(true)
    .showHelpAfterError("(add --help for the options)")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void out.write(text),
      writeErr: (text) => void err.write(text),
    });
  addServeCommand(program, context);
  addProbeCommand(program, context);
  addVerdictCommand(program, context);
  addRefreshCommand(program, context);
  addRuleCommand(program, context);
  addMessageCommand(program, context);
  addCodeCommand(program, context);
  addSmsCommand(program, context);
  addTemplateCommand(program, context);
  addConfigCommand(program, context);
  for (const command of program.commands) inheritOutput(command, program);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : usageStatus;
  }
  return status;
}

function inheritOutput(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inheritOutput(child, command);
}

function createContext(
  program: Command,
  streams: { readonly out: Writable; readonly err: Writable },
  setExitCode: (code: number) => void,
): ProgramContext {
  let loaded: LoadedConfig | undefined;
  // Before any command acts, so that a faulty configuration stops each of them in the same way.
  program.hook("preAction", async () => {
    loaded = await findConfig(program.opts<{ config?: string }>().config);
  });
  const configuration = (): LoadedConfig => {
    if (loaded === undefined) throw new Error("no command has been chosen yet");
    return loaded;
  };
  const log = commandLog(streams.err);
  return {
    ...streams,
    get input() {
      return process.stdin;
    },
    setExitCode,
    now: () => systemClock.now(),
    author: operatorName,
    language: operatorLanguage,
    leastAssurance: () => configuration().config.tls.least_assurance,
    profile: () => profileName(profileOf(configuration().config.tls.profile)),
    configuration,
    smsCountries: () => {
      const { hook, countries } = configuration().config.sms;
      return hook === undefined ? undefined : countries;
    },
    loadPepper: async (store) => {
      const keys = await loadPortalKeys(configuration().config.keys.directory);
      await requireKnownKeys(store.keyMarks, keys);
      return keys.pepper;
    },
    openStore: () => openStore(configuration().config.store.path),
    requireResolver: async () => {
      const { trusted_resolvers: trusted } = configuration().config.dns;
      await requireAnswers(await loadSystemResolver("/etc/resolv.conf", trusted));
    },
    log,
    createProber: ({ concurrency, publish }) => {
      const { config, path } = configuration();
      const options = { maxRunning: concurrency, publish };
      return createProbePool({ config, configPath: path, log }, options);
    },
    probeConcurrency: () => configuration().config.probe.concurrency,
    listenForStop,
  };
}

/** Commands speak for themselves; faults of the worker and alarms are logged. */
function commandLog(err: Writable): Log {
  const stream = { write: (line: string) => void err.write(line) };
  return createLog({ level: "warn", role: "command", stream });
}

/** A file that is named must be there; the usual one may be missing, then defaults hold. */
async function findConfig(path: string | undefined): Promise<LoadedConfig> {
  if (path !== undefined) return { config: await loadConfig(path), path };
  const exists = await access(defaultConfigPath).then(
    () => true,
    () => false,
  );
  if (!exists) return { config: parseConfig("", "defaults"), path: undefined };
  return { config: await loadConfig(defaultConfigPath), path: defaultConfigPath };
}
