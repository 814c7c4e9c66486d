/** The tables `[[template]]` as the builders of mails take them, with all defaults filled in. */
import type { Domain } from "../base/domain.ts";
import { type MailTemplate, plainTemplate, type TemplateSet } from "../mime/template.ts";
import type { TemplateTable } from "./template-table.ts";

/** The part of the configuration that is needed here. */
export interface TemplateKeys {
  readonly seal: { readonly organisation: string };
  readonly template: readonly TemplateTable[];
}

/** A table without `domains` stands before `seal.organisation`, which stands before nothing. */
export function mailTemplates(config: TemplateKeys): TemplateSet {
  const plain = plainTemplate(config.seal.organisation);
  const general = config.template.find(({ domains }) => domains.length === 0);
  const usual = general === undefined ? plain : templateOf(general, plain);
  const entries = config.template.flatMap((table) =>
    table.domains.map((name): [Domain, MailTemplate] => [name, templateOf(table, usual)]),
  );
  return { usual, byDomain: new Map(entries) };
}

function templateOf(table: TemplateTable, base: MailTemplate): MailTemplate {
  return {
    language: table.language ?? base.language,
    organisation: table.organisation ?? base.organisation,
    helpContact: table.help_contact ?? base.helpContact,
    helpPhone: table.help_phone ?? base.helpPhone,
    accentColour: table.accent_colour ?? base.accentColour,
    subject: table.subject ?? base.subject,
  };
}

/** Undefined, or what is wrong with the templates taken together. */
export function findTemplatesFault(config: TemplateKeys): string | undefined {
  const { usual, byDomain } = mailTemplates(config);
  const nameless = [usual, ...byDomain.values()].some(
    ({ organisation, subject }) =>
      organisation === "" &&
      Object.values(subject ?? {}).some((text) => text.includes("{organisation}")),
  );
  return nameless ? "a subject names {organisation}, but no organisation is set for it" : undefined;
}
