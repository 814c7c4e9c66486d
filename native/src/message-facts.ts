/** Builds what handlers see from the flat list of tags and values the addon sends (facts.h). */
import { type Address, parseAddress, type Recipient } from "./envelope.ts";
import { type Header, HeaderList } from "./header-list.ts";
import { bareMacroName } from "./macro-stages.ts";
import type { ClientInfo } from "./message.ts";

export interface MessageFacts {
  readonly client: ClientInfo;
  readonly helo: string | undefined;
  readonly sender: Address;
  readonly recipients: readonly Recipient[];
  readonly headers: HeaderList;
  /** By name without braces; a later stage's value replaces an earlier one's. */
  readonly macros: Map<string, string>;
  readonly bodyBytes: number;
}

type Values = ReadonlyMap<string, string>;

interface DraftAddress {
  readonly raw: string;
  readonly args: string[];
  readonly macros: Map<string, string>;
}

export function readFacts(list: readonly string[]): MessageFacts {
  const single = new Map<string, string>();
  const macros = new Map<string, string>();
  const headers: Header[] = [];
  const senders: DraftAddress[] = [];
  const recipients: DraftAddress[] = [];
  const readers: Readonly<Record<string, (value: string) => void>> = {
    sender: (raw) => senders.push({ raw, args: [], macros }),
    "sender-argument": (argument) => senders.at(-1)?.args.push(argument),
    recipient: (raw) => recipients.push({ raw, args: [], macros: new Map() }),
    "recipient-argument": (argument) => recipients.at(-1)?.args.push(argument),
    "recipient-macro": (pair) => recipients.at(-1)?.macros.set(...readMacro(pair)),
    macro: (pair) => macros.set(...readMacro(pair)),
    header: (pair) => {
      const [name, value] = readPair(pair);
      headers.push({ name, value });
    },
  };
  for (let index = 0; index + 1 < list.length; index += 2) {
    const tag = list[index] ?? "";
    const value = list[index + 1] ?? "";
    const reader = readers[tag];
    if (reader === undefined) single.set(tag, value);
    else reader(value);
  }
  return {
    client: readClient(single),
    helo: single.get("helo"),
    sender: parseAddress(senders.at(-1)?.raw ?? "", senders.at(-1)?.args ?? []),
    recipients: recipients.map(readRecipient),
    headers: new HeaderList(headers),
    macros,
    bodyBytes: Number(single.get("body-bytes") ?? 0),
  };
}

function readClient(values: Values): ClientInfo {
  const name = values.get("client-name") ?? "";
  const address = values.get("client-address");
  if (address === undefined) return { name };
  return { name, address, port: Number(values.get("client-port") ?? 0) };
}

function readRecipient(draft: DraftAddress): Recipient {
  return {
    ...parseAddress(draft.raw, draft.args),
    macro: (name) => draft.macros.get(bareMacroName(name)),
  };
}

function readMacro(pair: string): [string, string] {
  const [name, value] = readPair(pair);
  return [bareMacroName(name), value];
}

function readPair(pair: string): [string, string] {
  const middle = pair.indexOf("\0");
  return [pair.slice(0, middle), pair.slice(middle + 1)];
}
