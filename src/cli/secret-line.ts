/**
 * One line that must not be seen: typed at a terminal without being shown, or read from a pipe. It
 * never comes from the command line, which every user of a machine can read.
 */
import type { Readable, Writable } from "node:stream";

const longestLine = 4096;

interface Terminal extends Readable {
  setRawMode(raw: boolean): unknown;
}

/** Without its end; "" when there is none. `prompt` is shown at a terminal only. */
export async function readSecretLine(
  input: Readable,
  messages: Writable,
  prompt: string,
): Promise<string> {
  if (!isTerminal(input)) return await readLine(input, (text) => text);
  messages.write(prompt);
  // Without echo, and without the terminal's own editing: the keys are told apart below.
  input.setRawMode(true);
  try {
    return await readLine(input, edited);
  } finally {
    input.setRawMode(false);
    input.pause();
    messages.write("\n");
  }
}

async function readLine(input: Readable, tidy: (text: string) => string): Promise<string> {
  let text = "";
  // The stream stays open: at a terminal it is the shell's too.
  for await (const chunk of input.iterator({ destroyOnReturn: false })) {
    text = tidy(text + String(chunk));
    const [line, ...more] = text.split(/[\r\n]/);
    if (more.length > 0 || text.length > longestLine) return line ?? "";
  }
  return text;
}

/** Erases as the keys say; Ctrl-C and Ctrl-D end the line with nothing in it. */
function edited(text: string): string {
  let line = "";
  for (const key of text) {
    if (key === "\u0003" || key === "\u0004") return "\n";
    if (key === "\u007f" || key === "\b") line = line.slice(0, -1);
    else if (key === "\u0015") line = "";
    else line += key;
  }
  return line;
}

function isTerminal(input: Readable): input is Terminal {
  return "isTTY" in input && input.isTTY === true && "setRawMode" in input;
}
