/** `--lang`, alike for all commands that speak in sentences. */
import { Option } from "commander";
import { languages } from "../base/language.ts";

export function languageOption(): Option {
  return new Option("--lang <language>", "language (default: that of the terminal)").choices(
    languages,
  );
}
