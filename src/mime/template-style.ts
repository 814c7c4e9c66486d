/** What the builders of mails need to know of a template, for one reader. */
import type { Domain } from "../base/domain.ts";
import type { MailTemplate, Texts } from "./template.ts";
import { type LanguageOrder, languageOrder } from "./template-language.ts";

export interface MailStyle {
  readonly languages: LanguageOrder;
  /** Empty for none. */
  readonly organisation: string;
  /** `#rrggbb`; undefined: the usual one. */
  readonly accentColour: string | undefined;
}

/** `keep`: what the original has, made fit to be shown; the template's where it has none. */
export type SubjectMode = "template" | "keep";

export interface NotificationStyle extends MailStyle {
  readonly subjectMode: SubjectMode;
  /** Undefined: the usual wording. */
  readonly subject: Texts | undefined;
  /** Undefined for nobody. */
  readonly helpContact: Texts | undefined;
  /** Undefined for none. */
  readonly helpPhone: string | undefined;
}

/** `reader`: the domain of who reads the mail. */
export function mailStyle(template: MailTemplate, reader: Domain | undefined): MailStyle {
  const { organisation, accentColour, language } = template;
  return { organisation, accentColour, languages: languageOrder(language, reader) };
}

export function notificationStyle(
  template: MailTemplate,
  reader: Domain | undefined,
): NotificationStyle {
  const { subject, helpContact, helpPhone } = template;
  const about = { subjectMode: "template", subject, helpContact, helpPhone } as const;
  return { ...mailStyle(template, reader), ...about };
}
