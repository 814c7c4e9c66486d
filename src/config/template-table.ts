/**
 * The tables `[[template]]`: how notifications and code mails of a sender domain look and speak,
 * and how the portal's pages for them look. One table without `domains` holds for all others and for
 * the pages without a message; what a table leaves out is taken from that one.
 */
import { z } from "zod";
import { contrastOf, isColour, leastContrast, lightSurface, standingOut } from "../base/colour.ts";
import { displayLine } from "../base/display-line.ts";
import { type Domain, parseDomain } from "../base/domain.ts";
import { quoted } from "../base/printable.ts";
import { type Texts } from "../mime/template.ts";
import { type TemplateLanguage, templateLanguages } from "../mime/template-language.ts";
import { findSubjectFault } from "../mime/template-subject.ts";

/** Keys as in the file. */
export interface TemplateTable {
  /** Of senders; empty: all that no other table names. */
  readonly domains: readonly Domain[];
  readonly language?: TemplateLanguage | undefined;
  readonly organisation?: string | undefined;
  /** Who helps recipients, in a few words. */
  readonly help_contact?: Texts | undefined;
  readonly help_phone?: string | undefined;
  /** `#rrggbb`, for headings and links. */
  readonly accent_colour?: string | undefined;
  /** Absolute path of a file for the portal (`logo-file.ts`); mails hold no picture. */
  readonly logo?: string | undefined;
  /** Of notifications, with placeholders in braces. */
  readonly subject?: Texts | undefined;
}

const domain = z.string().transform((text, context) => {
  const parsed = parseDomain(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: "custom", message: `${quoted(text)} is not a domain` });
  return z.NEVER;
});

/** As people write a name: shown as it is, in mails and on pages. */
export const oneLine = (maxLength: number): z.ZodString =>
  z
    .string()
    .max(maxLength)
    .refine((text) => text === displayLine(text, maxLength), {
      message: "expected one line without control characters and without blanks around it",
    });

/** One text for all languages, or one for each. Not a union, whose faults would name no cause. */
const texts = (text: z.ZodType<string>) => {
  const each = z.strictObject({ de: text, en: text });
  return z.unknown().transform((value, context): Texts => {
    const outcome = typeof value === "string" ? text.safeParse(value) : each.safeParse(value);
    if (outcome.success) {
      const { data } = outcome;
      return typeof data === "string" ? { de: data, en: data } : data;
    }
    for (const { path, message } of outcome.error.issues) {
      context.addIssue({ code: "custom", path: [...path], message });
    }
    return z.NEVER;
  });
};

const subject = oneLine(200).superRefine((text, context) => {
  const fault = findSubjectFault(text);
  if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
});

const accentColour = z.string().superRefine((text, context) => {
  const fault = findColourFault(text);
  if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
});

const table = z.strictObject({
  domains: z.array(domain).default([]),
  language: z.enum(templateLanguages).optional(),
  organisation: oneLine(200).optional(),
  help_contact: texts(oneLine(200).min(1)).optional(),
  help_phone: z
    .string()
    .regex(/^\+?[0-9(][0-9 ()/.-]{2,38}$/, {
      message: "expected digits, blanks and + ( ) / . - as in +49 30 1234-0",
    })
    .optional(),
  accent_colour: accentColour.optional(),
  logo: z.string().startsWith("/", { message: "expected an absolute path" }).optional(),
  subject: texts(subject).optional(),
});

/** The portal holds style and logo of each in memory. */
const maxTables = 100;

export const templateTables: z.ZodType<readonly TemplateTable[]> = z
  .array(table)
  .max(maxTables)
  .superRefine((tables, context) => {
    const all = tables.flatMap(({ domains }) => domains);
    const twice = all.find((name, index) => all.indexOf(name) !== index);
    if (twice !== undefined) {
      context.addIssue({ code: "custom", message: `${twice} is named more than once` });
    }
    if (tables.filter(({ domains }) => domains.length === 0).length > 1) {
      context.addIssue({ code: "custom", message: "more than one table is without domains" });
    }
  });

/** Undefined, or why nobody could read text of that colour, and which one they could. */
function findColourFault(text: string): string | undefined {
  if (!isColour(text)) return "expected a colour like #0b5cab";
  const { ground } = lightSurface;
  const contrast = contrastOf(text, ground);
  if (contrast >= leastContrast) return undefined;
  const nearest = standingOut(text, ground, "#000000");
  return `${text} is too pale to read on a light ground (contrast ${contrast.toFixed(1)}:1, needed ${leastContrast}:1); ${nearest} would do`;
}
