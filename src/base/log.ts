/**
 * The log as everything below `daemon/` sees it; `daemon/` implements it with pino.
 * Fields are for machines, the text is for people. Neither ever holds a code, a link token, a key
 * or any part of a message.
 */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(fields: LogFields, text: string): void;
  info(fields: LogFields, text: string): void;
  warn(fields: LogFields, text: string): void;
  error(fields: LogFields, text: string): void;
}

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
