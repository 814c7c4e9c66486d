/** The languages that mxseal speaks to people. */
export const languages = ["de", "en"] as const;
export type Language = (typeof languages)[number];

/** undefined when it is no language of ours. */
export function asLanguage(value: unknown): Language | undefined {
  return languages.find((language) => language === value);
}
