/**
 * Reads the configuration file (TOML 1.0) and refuses it as a whole when anything in it is wrong:
 * a half-understood configuration must not decide over mail.
 */
import { readFile } from "node:fs/promises";
import { parse, TomlError } from "smol-toml";
import { MxsealError } from "../base/errors.ts";
import { type Config, checkConfig } from "./config.ts";

export const defaultConfigPath = "/etc/mxseal/mxseal.toml";

/** Rejects with MXSEAL_CONFIG_UNREADABLE or, naming every fault, MXSEAL_CONFIG_INVALID. */
export async function loadConfig(path: string): Promise<Config> {
  return parseConfig(await readConfig(path), path);
}

/** `path` only names the file in errors. */
export function parseConfig(text: string, path: string): Config {
  const outcome = checkConfig(parseToml(text, path));
  if (outcome.ok) return Object.freeze(outcome.value);
  const faults = outcome.error.map((fault) => `  ${fault.key || "(top level)"}: ${fault.text}`);
  throw new MxsealError("MXSEAL_CONFIG_INVALID", `${path} is not valid:\n${faults.join("\n")}`);
}

async function readConfig(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MxsealError("MXSEAL_CONFIG_UNREADABLE", `cannot read ${path}: ${reason}`, { cause });
  }
}

function parseToml(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    throw new MxsealError(
      "MXSEAL_CONFIG_INVALID",
      `${path} is not TOML, line ${cause.line}: ${cause.message.split("\n")[0]}`,
      { cause },
    );
  }
}
