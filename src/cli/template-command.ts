/** `mxseal template preview`: the mails of a template as files, for a look in a browser. */
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Command, Option } from "commander";
import { type Domain, parseDomain } from "../base/domain.ts";
import { MxsealError } from "../base/errors.ts";
import { quoted } from "../base/printable.ts";
import { mailTemplates } from "../config/mail-templates.ts";
import { templateFor } from "../mime/template.ts";
import { type TemplateLanguage, templateLanguages } from "../mime/template-language.ts";
import { refuse } from "./cli-context.ts";
import { print } from "./print.ts";
import type { ProgramContext } from "./program.ts";
import { type Preview, previewMails } from "./template-previews.ts";
import { writeFileAtomically } from "./write-file.ts";

interface PreviewOptions {
  readonly domain?: string;
  readonly language?: TemplateLanguage;
  readonly output: string;
}

const dayMs = 86_400_000;
const usualOutput = "mxseal-preview";

export function addTemplateCommand(program: Command, context: ProgramContext): void {
  program
    .command("template")
    .description("how the mails to recipients and senders look")
    .command("preview")
    .description("write every mail of a template, with sample names, for a look in a browser")
    .option("--domain <domain>", "of the sender (default: one without a template of its own)")
    .addOption(new Option("--language <language>", "other than set up").choices(templateLanguages))
    .option("--output <dir>", "where the files go; made when missing", usualOutput)
    .action((options: PreviewOptions) => preview(context, options));
}

async function preview(context: ProgramContext, options: PreviewOptions): Promise<void> {
  const domain = options.domain === undefined ? undefined : parseDomain(options.domain);
  if (options.domain !== undefined && domain === undefined) {
    refuse(context, `${quoted(options.domain)} is not a domain.`);
    return;
  }
  const directory = await makeDirectory(options.output);
  const previews = previewsOf(context, domain, options.language);
  for (const one of previews) await writePreview(directory, one);
  await print(context.out, previews.map((one) => told(directory, one)).join("\n"));
}

function previewsOf(
  context: ProgramContext,
  domain: Domain | undefined,
  language: TemplateLanguage | undefined,
): readonly Preview[] {
  const { config } = context.configuration();
  const chosen = templateFor(mailTemplates(config), domain);
  const template = { ...chosen, language: language ?? chosen.language };
  return previewMails(template, domain, {
    domain: domain ?? config.domains.local[0] ?? "company.example",
    baseUrl: config.portal.base_url ?? "https://portal.example",
    nowMs: context.now(),
    expiresAfterMs: config.seal.expires_after_days * dayMs,
  });
}

/** Resolves to the absolute path; rejects with MXSEAL_OUTPUT_FAILED. */
async function makeDirectory(path: string): Promise<string> {
  const directory = resolve(path);
  try {
    await mkdir(directory, { recursive: true });
    return directory;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MxsealError("MXSEAL_OUTPUT_FAILED", `cannot make ${directory}: ${reason}`, { cause });
  }
}

async function writePreview(directory: string, mail: Preview): Promise<void> {
  for (const [name, text] of filesOf(mail)) {
    await writeFileAtomically(join(directory, name), text);
  }
}

function filesOf({ name, content }: Preview): readonly (readonly [name: string, text: string])[] {
  const { text, html } = content;
  const plain = [`${name}.txt`, text] as const;
  return html === undefined ? [plain] : [plain, [`${name}.html`, html]];
}

function told(directory: string, mail: Preview): string {
  const files = filesOf(mail).map(([name]) => `  ${join(directory, name)}\n`);
  return `Subject: ${mail.content.subject}\n${files.join("")}`;
}
