/** `mxseal template preview`: the mails of a template as files, for a look in a browser. */
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Command, Option } from "commander";
import { type Domain, parseDomain } from "../base/domain.ts";
import { MxsealError } from "../base/errors.ts";
import { quoted } from "../base/printable.ts";
import { mailTemplates } from "../config/mail-templates.ts";
import { codeMailContent } from "../mime/code-mail.ts";
import { notificationContent } from "../mime/notification.ts";
import type { MailContent } from "../mime/notification-frame.ts";
import { templateFor } from "../mime/template.ts";
import { type TemplateLanguage, templateLanguages } from "../mime/template-language.ts";
import { mailStyle, notificationStyle } from "../mime/template-style.ts";
import { refuse } from "./cli-context.ts";
import { print } from "./print.ts";
import type { ProgramContext } from "./program.ts";
import { type SampleSetting, sampleCodeMail, sampleNotification } from "./template-sample.ts";
import { writeFileAtomically } from "./write-file.ts";

interface PreviewOptions {
  readonly domain?: string;
  readonly language?: TemplateLanguage;
  readonly output: string;
}

interface Preview {
  /** What the files' names begin with. */
  readonly name: string;
  readonly content: MailContent;
}

const dayMs = 86_400_000;
const usualOutput = "mxseal-preview";

export function addTemplateCommand(program: Command, context: ProgramContext): void {
  program
    .command("template")
    .description("how notifications and code mails look")
    .command("preview")
    .description("write both mails of a template, with sample names, for a look in a browser")
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
  const setting: SampleSetting = {
    domain: domain ?? config.domains.local[0] ?? "company.example",
    baseUrl: config.portal.base_url ?? "https://portal.example",
    nowMs: context.now(),
    expiresAfterMs: config.seal.expires_after_days * dayMs,
  };
  const notification = notificationStyle(template, undefined);
  const code = mailStyle(template, domain);
  return [
    {
      name: "notification",
      content: notificationContent([], sampleNotification(setting), notification),
    },
    { name: "code-mail", content: codeMailContent(sampleCodeMail(setting), code) },
  ];
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

async function writePreview(directory: string, { name, content }: Preview): Promise<void> {
  await writeFileAtomically(join(directory, `${name}.txt`), content.text);
  await writeFileAtomically(join(directory, `${name}.html`), content.html);
}

function told(directory: string, { name, content }: Preview): string {
  const files = ["txt", "html"].map((kind) => `  ${join(directory, `${name}.${kind}`)}\n`);
  return `Subject: ${content.subject}\n${files.join("")}`;
}
