/**
 * `mxseal sms test NUMBER`: sends a harmless text through the hook, as the service would send a code,
 * and says what came back. Ends with 0 when the hook took it, 1 when it did not.
 */
import type { Command } from "commander";
import { beginsWithOne, maskPhoneNumber, parsePhoneNumber } from "../base/phone-number.ts";
import { printable } from "../base/printable.ts";
import type { Config } from "../config/config.ts";
import { smsTestText } from "../mime/sms-text.ts";
import { createSmsHook } from "../notify/create-sms-hook.ts";
import type { SmsOutcome } from "../notify/sms-hook.ts";
import { exitCodes, refuse } from "./cli-context.ts";
import { print } from "./print.ts";
import type { ProgramContext } from "./program.ts";

/** Where a sealed message's number stands otherwise. */
const noMessage = "TEST0000";
const longestAnswer = 1000;

const kinds: Readonly<Record<SmsOutcome["kind"], string>> = {
  taken: "took it",
  later: "did not take it now; the service would try again",
  refused: "refused it; the service would give up and tell the sender",
};

export function addSmsCommand(program: Command, context: ProgramContext): void {
  const sms = program.command("sms").description("codes by SMS");
  sms
    .command("test")
    .argument("<number>", "with its country, such as +491701234567")
    .description("send a harmless text through the hook and say what came back")
    .action((number: string) => test(context, number));
}

async function test(context: ProgramContext, text: string): Promise<void> {
  const { sms } = context.configuration().config;
  if (sms.hook === undefined)
    return refuse(context, "There is no `sms.hook` in the configuration.");
  const number = parsePhoneNumber(text);
  if (!number.ok) {
    return refuse(context, "That is no number with its country; write it as +491701234567.");
  }
  if (!beginsWithOne(number.value, sms.countries)) {
    const masked = maskPhoneNumber(number.value);
    return refuse(context, `${masked} is not in \`sms.countries\`: ${sms.countries.join(", ")}.`);
  }
  const outcome = await hookOf(sms, sms.hook).send({
    to: number.value,
    text: smsTestText(context.language()),
    message: noMessage,
  });
  await print(context.out, describe(outcome));
  if (outcome.kind !== "taken") context.setExitCode(exitCodes.notAll);
}

function hookOf(sms: Config["sms"], hook: string) {
  const timeoutMs = sms.timeout_seconds * 1000;
  return createSmsHook({ hook, tokenFile: sms.token_file, timeoutMs });
}

function describe({ kind, status, answer }: SmsOutcome): string {
  const lines = [`The hook ${kinds[kind]} (${status}).`];
  const said = printable(answer.replace(/\s+/g, " "), longestAnswer);
  if (said !== "") lines.push(`It said: ${said}`);
  return `${lines.join("\n")}\n`;
}
