/**
 * Whether Postfix takes mails as large as mxseal makes them, and no larger ones than it seals. A
 * reply that is too large for Postfix waits in the store for ever.
 */
import type { Config } from "../config/config.ts";
import type { Disagreement } from "./postfix-agreement.ts";

const mebibyte = 2 ** 20;
/** Base64 with its line ends takes 1.37 (RFC 2045 §6.8). */
const mailBytesPerFileByte = 1.4;
/** Header, text of 20,000 characters in two forms, names of the files. */
const replyOverheadBytes = 256 * 1024;

export const sizeParameters = [
  "message_size_limit",
  "mailbox_size_limit",
  "virtual_mailbox_limit",
] as const;

/** `main`: parameters of main.cf; what is no number is not compared. */
export function findSizeFaults(
  config: Pick<Config, "portal" | "seal">,
  main: (parameter: string) => string | undefined,
): readonly Disagreement[] {
  return [...replyFaults(config, main), ...sealFaults(config, main)];
}

function replyFaults(
  { portal }: Pick<Config, "portal">,
  main: (parameter: string) => string | undefined,
): readonly Disagreement[] {
  if (!portal.replies) return [];
  const filesMib = portal.reply_max_files === 0 ? 0 : portal.reply_max_mib;
  const neededBytes = Math.ceil(filesMib * mebibyte * mailBytesPerFileByte) + replyOverheadBytes;
  return sizeParameters.flatMap((name) => {
    const limitBytes = bytesOf(main(name));
    if (!(limitBytes < neededBytes)) return [];
    const fault = `a reply may become a mail of ${neededBytes} bytes, main.cf has ${name} = ${limitBytes}: it would wait for ever. Set ${name} = ${neededBytes} or more, or ${smallerReply(limitBytes)}`;
    return [{ key: "portal.reply_max_mib", fault }];
  });
}

function smallerReply(limitBytes: number): string {
  const mib = Math.floor((limitBytes - replyOverheadBytes) / mailBytesPerFileByte / mebibyte);
  return mib >= 1 ? `portal.reply_max_mib = ${mib}` : "portal.replies = false";
}

/** Nothing is lost of such a mail, but its sender learns of it only afterwards. */
function sealFaults(
  { seal }: Pick<Config, "seal">,
  main: (parameter: string) => string | undefined,
): readonly Disagreement[] {
  const limitBytes = bytesOf(main("message_size_limit"));
  if (Number.isNaN(limitBytes) || limitBytes <= seal.max_message_mib * mebibyte) return [];
  const taken = Number.isFinite(limitBytes) ? `up to ${limitBytes} bytes` : "of any size";
  const fault = `Postfix takes mails ${taken} (message_size_limit), larger ones than this are returned to their senders instead of sealed. Set message_size_limit = ${Math.floor(seal.max_message_mib * mebibyte)}, or this higher (1024 at most)`;
  return [{ key: "seal.max_message_mib", fault, isHint: true }];
}

/** Infinity for no limit, NaN for what cannot be read. */
function bytesOf(value: string | undefined): number {
  if (value === undefined || !/^\d+$/.test(value)) return Number.NaN;
  return value === "0" ? Number.POSITIVE_INFINITY : Number(value);
}
