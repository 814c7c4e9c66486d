/**
 * How the mails of one sender domain look and speak, as the administrator set it up. Chosen by the
 * domain of the envelope's sender, which was checked to be ours; a From field may say anything.
 */
import type { Domain } from "../base/domain.ts";
import type { Language } from "../base/language.ts";
import type { TemplateLanguage } from "./template-language.ts";

/** One text for each language. */
export type Texts = Readonly<Record<Language, string>>;

export interface MailTemplate {
  readonly language: TemplateLanguage;
  /** Empty for none. */
  readonly organisation: string;
  /** Who helps recipients; undefined for nobody. */
  readonly helpContact: Texts | undefined;
  /** Undefined for none. */
  readonly helpPhone: string | undefined;
  /** `#rrggbb`, readable as text on a light ground; undefined: the usual one. */
  readonly accentColour: string | undefined;
  /** Subject of notifications, checked by `findSubjectFault`; undefined: the usual one. */
  readonly subject: Texts | undefined;
}

export interface TemplateSet {
  /** For senders of all other domains. */
  readonly usual: MailTemplate;
  readonly byDomain: ReadonlyMap<Domain, MailTemplate>;
}

/** What holds where nothing is set up but the organisation's name, which may be empty. */
export function plainTemplate(organisation: string): MailTemplate {
  return {
    language: "both",
    organisation,
    helpContact: undefined,
    helpPhone: undefined,
    accentColour: undefined,
    subject: undefined,
  };
}

/** The same for all senders. */
export function plainTemplates(organisation: string): TemplateSet {
  return { usual: plainTemplate(organisation), byDomain: new Map() };
}

/** A domain has its own template or the usual one; a parent's is not inherited. */
export function templateFor(set: TemplateSet, sender: Domain | undefined): MailTemplate {
  return (sender === undefined ? undefined : set.byDomain.get(sender)) ?? set.usual;
}
