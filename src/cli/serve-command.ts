/**
 * `mxseal serve`: the three roles under one supervisor, or one of them for a systemd unit of its
 * own. Ends with 0 after TERM; with 3 when a single role cannot do its work.
 */
import { type Command, Option } from "commander";
import { type Role, roles } from "../daemon/role.ts";
import { runRole } from "../daemon/run-role.ts";
import { superviseAll } from "../daemon/supervise-all.ts";
import { refuse } from "./cli-context.ts";
import type { ProgramContext } from "./program.ts";

export function addServeCommand(program: Command, context: ProgramContext): void {
  program
    .command("serve")
    .description("answer Postfix, seal and serve the portal until told to stop")
    .addOption(new Option("--role <role>", "run only this part").choices(roles))
    .action((options: { readonly role?: Role }) => serve(context, options.role));
}

async function serve(context: ProgramContext, role: Role | undefined): Promise<void> {
  const { config, path } = context.configuration();
  if (path === undefined) {
    return refuse(context, "serve needs a configuration file; name it with --config");
  }
  if (role !== undefined) return runRole(role, config, path);
  context.setExitCode(await superviseAll(config, path));
}
