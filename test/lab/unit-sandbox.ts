/**
 * What a unit of postfix-examples/systemd/ takes away from mxseal by `SystemCallFilter=`
 * (systemd.exec(5)): an allow-list, names behind `~` taken out of it again, later names put back.
 * What the allow-list `@system-service` itself leaves out is not imitated.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./command.ts";

const units = join(import.meta.dirname, "../../postfix-examples/systemd");
const source = join(import.meta.dirname, "deny-system-calls.c");

const chown = words("chown fchown fchownat lchown");
/** As `systemd-analyze syscall-filter` of systemd 252 lists them; without what is long gone. */
const groups: Readonly<Record<string, readonly string[]>> = {
  "@chown": chown,
  "@privileged": [
    ...chown,
    ...words("adjtimex clock_adjtime clock_settime settimeofday"),
    ...words("delete_module finit_module init_module ioperm iopl reboot kexec_file_load"),
    ...words("kexec_load swapoff swapon acct bpf capset chroot fanotify_init fanotify_mark"),
    ...words("open_by_handle_at pivot_root quotactl setdomainname setfsuid setgroups"),
    ...words("sethostname setresuid setreuid setuid vhangup"),
  ],
  "@resources": words(
    "ioprio_set mbind migrate_pages move_pages sched_setaffinity sched_setattr sched_setparam " +
      "sched_setscheduler set_mempolicy setpriority setrlimit",
  ),
};

/** Names of the system calls that the unit refuses its processes. */
export async function deniedBy(unit: string): Promise<ReadonlySet<string>> {
  const lines = (await readFile(join(units, unit), "utf8")).split("\n");
  const filters = lines.flatMap((line) => /^SystemCallFilter=(.+)$/.exec(line)?.[1] ?? []);
  const denied = new Set<string>();
  for (const filter of filters) {
    if (filter === "@system-service") continue;
    const away = filter.startsWith("~");
    for (const call of words(filter.replace("~", "")).flatMap(membersOf)) {
      if (away) denied.add(call);
      else denied.delete(call);
    }
  }
  return denied;
}

function membersOf(name: string): readonly string[] {
  if (!name.startsWith("@")) return [name];
  const members = groups[name];
  if (members === undefined) throw new Error(`what is in ${name} is not known here`);
  return members;
}

/** What to put before a command; compiles a helper into the directory. */
export async function sandboxOf(unit: string, directory: string): Promise<readonly string[]> {
  const helper = join(directory, "deny-system-calls");
  await runCommand(["cc", "-O1", "-Wall", "-o", helper, source]);
  const numbers = await numbersOf(await deniedBy(unit));
  return [helper, numbers.join(",")];
}

/** This machine's numbers, by its C headers; calls that it does not have are left out. */
async function numbersOf(names: ReadonlySet<string>): Promise<readonly number[]> {
  const input = "#include <sys/syscall.h>\n";
  const macros = await runCommand(["cc", "-dM", "-E", "-"], { input });
  return [...macros.matchAll(/^#define __NR_(\w+) (\d+)$/gm)].flatMap(([, name = "", number]) =>
    names.has(name) ? [Number(number)] : [],
  );
}

function words(text: string): readonly string[] {
  return text.split(" ");
}
