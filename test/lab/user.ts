/** Users of the lab's private passwd and group files. */
import { appendFile, readFile } from "node:fs/promises";
import { runCommand } from "./command.ts";

export interface UserId {
  readonly uid: number;
  readonly gid: number;
}

/** Rejects when there is no such user. */
export async function userId(name: string): Promise<UserId> {
  const [, , uid, gid] = (await runCommand(["getent", "passwd", name])).split(":");
  return { uid: Number(uid), gid: Number(gid) };
}

/** The user of mxseal with the groups that its systemd units give it. */
export async function addServiceUser(name: string, groups: readonly string[]): Promise<void> {
  const passwd = await readFile("/etc/passwd", "utf8");
  if (passwd.includes(`\n${name}:`)) return;
  const id = 64_001;
  await appendFile("/etc/passwd", `${name}:x:${id}:${id}::/nonexistent:/usr/sbin/nologin\n`);
  await appendFile("/etc/group", `${name}:x:${id}:\n`);
  for (const group of groups) await runCommand(["gpasswd", "-a", name, group]);
}
