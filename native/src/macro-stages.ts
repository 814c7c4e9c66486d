/**
 * Which macros are read at which stage. The defaults are those Postfix sends when its configuration
 * says nothing (postconf(5) milter_connect_macros and the like).
 */
import type { Stage } from "./milter-options.ts";

/** The stages in the order of libmilter's numbers: the end of the message stands before EOH. */
export const stageOrder: readonly Stage[] = [
  "connect",
  "helo",
  "mail",
  "rcpt",
  "data",
  "eom",
  "eoh",
];

const usual: Readonly<Record<Stage, readonly string[]>> = {
  connect: ["j", "{daemon_name}", "{daemon_addr}", "v", "_"],
  helo: ["{tls_version}", "{cipher}", "{cipher_bits}", "{cert_subject}", "{cert_issuer}"],
  mail: [
    "i",
    "{auth_type}",
    "{auth_authen}",
    "{auth_author}",
    "{mail_addr}",
    "{mail_host}",
    "{mail_mailer}",
  ],
  rcpt: ["i", "{rcpt_addr}", "{rcpt_host}", "{rcpt_mailer}"],
  data: ["i"],
  eoh: ["i"],
  eom: ["i"],
};

export interface MacroPlan {
  readonly macros: readonly (readonly string[])[];
  readonly requested: readonly string[];
}

/** The queue ID comes with a macro of the last stage, so that one is always asked for. */
export function planMacros(wanted: Partial<Readonly<Record<Stage, readonly string[]>>>): MacroPlan {
  const listOf = (stage: Stage): readonly string[] | undefined => {
    const names = wanted[stage]?.map(braced);
    return stage === "eom" && names !== undefined && !names.includes("i") ? ["i", ...names] : names;
  };
  return {
    macros: stageOrder.map((stage) => listOf(stage) ?? usual[stage]),
    requested: stageOrder.map((stage) => listOf(stage)?.join(" ") ?? ""),
  };
}

/** One spelling for lookups: `i`, `rcpt_addr`, whether asked for with braces or without. */
export function bareMacroName(name: string): string {
  return name.startsWith("{") && name.endsWith("}") ? name.slice(1, -1) : name;
}

function braced(name: string): string {
  const bare = bareMacroName(name);
  return bare.length === 1 ? bare : `{${bare}}`;
}
