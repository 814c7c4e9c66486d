/** The language of the person at the terminal, as the environment tells it (POSIX locale(7)). */
import { asLanguage, type Language } from "../base/language.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The first of LC_ALL, LC_MESSAGES and LANG that is set and not empty decides; else English. */
export function operatorLanguage(environment: Environment = process.env): Language {
  const locale = ["LC_ALL", "LC_MESSAGES", "LANG"].map((name) => environment[name]).find(Boolean);
  return asLanguage(/^[a-z]+/.exec(locale ?? "")?.[0]) ?? "en";
}
