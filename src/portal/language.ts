/**
 * Which language a page is in: what the link asks for (`?lang=`), else the browser's wish
 * (RFC 9110 §12.5.4), else English. Nothing is remembered.
 */
import { asLanguage, type Language } from "../base/language.ts";

const maxRanges = 20;

/** `wanted` is the value of `?lang=`, whatever it is. */
export function pickLanguage(wanted: unknown, acceptLanguage: string | undefined): Language {
  const named = asLanguage(wanted);
  if (named !== undefined) return named;
  const ranges = (acceptLanguage ?? "").split(",", maxRanges).map(parseRange);
  ranges.sort((left, right) => right.weight - left.weight);
  return ranges.find((range) => range.language !== undefined)?.language ?? "en";
}

function parseRange(text: string): { readonly language: Language | undefined; weight: number } {
  const [tag = "", ...parameters] = text.trim().toLowerCase().split(";");
  const quality = parameters.map((part) => /^\s*q=([0-9.]+)\s*$/.exec(part)?.[1]).find(Boolean);
  const weight = quality === undefined ? 1 : Number(quality);
  const language = asLanguage(tag.split("-")[0]?.trim());
  return { language: weight > 0 ? language : undefined, weight: weight > 0 ? weight : 0 };
}
