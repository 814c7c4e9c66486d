/** What people find in their mailboxes: links in notifications, codes in the code mail. */
import PostalMime from "postal-mime";
import type { ReceivedMail } from "./smtp-dialogue.ts";

/** Whether this is a notification and not the original. */
export function isNotification(mail: ReceivedMail): boolean {
  return /^X-MXSeal-Id: notice:/m.test(mail.data.toString("latin1"));
}

/** The one link of a notification; rejects when it has none or several different ones. */
export async function linkIn(mail: ReceivedMail): Promise<string> {
  const { text = "" } = await PostalMime.parse(mail.data);
  const links = new Set(text.match(/https?:\/\/\S+\/m\/\S+/g));
  const [link] = links;
  if (link === undefined || links.size !== 1) throw new Error(`${links.size} links in: ${text}`);
  return link;
}

/** Code mails among the mail of a mailbox. */
export async function codeMailsIn(mailbox: readonly Buffer[]): Promise<readonly CodeMail[]> {
  const mails: CodeMail[] = [];
  for (const mail of mailbox) {
    const { text = "" } = await PostalMime.parse(mail);
    const pairs = [...text.matchAll(/^Recipient: (\S+)\r?\nCode: (\S+)/gm)];
    if (pairs.length === 0) continue;
    mails.push({ codes: new Map(pairs.map((pair) => [pair[1] ?? "", pair[2] ?? ""])) });
  }
  return mails;
}

export interface CodeMail {
  /** By recipient. */
  readonly codes: ReadonlyMap<string, string>;
}
