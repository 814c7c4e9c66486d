/** Who gives a command: the person behind sudo, else the user of the process. */
import { userInfo } from "node:os";

export function operatorName(): string {
  return process.env["SUDO_USER"] ?? process.env["DOAS_USER"] ?? userInfo().username;
}
