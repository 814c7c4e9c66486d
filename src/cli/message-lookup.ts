/** Finds the message that a command names by its short public identifier. */
import { quoted } from "../base/printable.ts";
import type { SealedMessage } from "../store/sealed-store.ts";
import type { Store } from "../store/store.ts";
import { type CliContext, exitCodes, refuse } from "./cli-context.ts";

/** Undefined when the operator has been told why. Case does not matter, as when it was read out. */
export async function findMessage(
  context: CliContext,
  store: Store,
  id: string,
): Promise<SealedMessage | undefined> {
  if (!/^[A-Za-z0-9-]{1,32}$/.test(id)) {
    // A link is a secret: it is not repeated, and the command line is the wrong place for it.
    refuse(
      context,
      isLink(id)
        ? "That looks like a link; a message is named by its number of eight characters."
        : `${quoted(id)} is not the number of a message; \`mxseal message list\` shows them.`,
    );
    return undefined;
  }
  const { manage } = store;
  const found = (await manage.findById(id)) ?? (await manage.findById(id.toUpperCase()));
  if (found === undefined) {
    fail(context, `There is no message ${id}; \`mxseal message list\` shows those there are.`);
  }
  return found;
}

/** The command was right, but what it asks for cannot be done. */
export function fail(context: CliContext, sentence: string): void {
  context.err.write(`mxseal: ${sentence}\n`);
  context.setExitCode(exitCodes.notAll);
}

function isLink(text: string): boolean {
  return text.includes("/") || text.length >= 43;
}
