/** What a milter is told once, before it starts. */

/** Modifications that the milter may ask for; the MTA learns of them at each session's start. */
export type Capability =
  | "addHeader"
  | "changeHeader"
  | "replaceBody"
  | "changeSender"
  | "addRecipient"
  | "deleteRecipient"
  | "quarantine";

export interface UnixListen {
  /** Absolute path; a socket file that nobody serves is replaced. */
  readonly path: string;
  /** Permission bits of the socket, default 0o660; in force before the path appears. */
  readonly mode?: number;
  /** Name or number of the group that owns the socket. */
  readonly group?: string | number;
}

export interface TcpListen {
  /** IPv4 or IPv6 address. */
  readonly host: string;
  /** 1 to 65535: libmilter cannot tell which port it was given, so 0 is refused. */
  readonly port: number;
}

export type BodyOption =
  /** The MTA keeps the body to itself. */
  | { readonly mode: "none" }
  /** `message` gets the whole body; a body above `maxBytes` is answered with `onOverflow`. */
  | {
      readonly mode: "buffer";
      readonly maxBytes: number;
      readonly onOverflow: "tempfail" | "reject";
    }
  /** `bodyChunk` gets the body in batches of about `batchBytes` (default 256 KiB). */
  | { readonly mode: "stream"; readonly batchBytes?: number };

export type Stage = "connect" | "helo" | "mail" | "rcpt" | "data" | "eoh" | "eom";

export interface MilterLimits {
  /** Recipients of one message, default 1000. */
  readonly recipients?: number;
  /** Names and values of all headers of one message, default 1 MiB. */
  readonly headerBytes?: number;
  /** Sessions at a time, default 256. The MTA's default action applies to those above. */
  readonly sessions?: number;
}

export interface MilterOptions {
  /** Name in syslog; letters, digits, `-`, `_` and `.`. */
  readonly name: string;
  readonly listen: UnixListen | TcpListen;
  readonly can: readonly Capability[];
  readonly body: BodyOption;
  /**
   * Macros to read at each stage. A stage named here is also asked for at the MTA, in place of what
   * the MTA's configuration says; at the others the MTA's usual macros are read.
   */
  readonly macros?: Partial<Readonly<Record<Stage, readonly string[]>>>;
  readonly limits?: MilterLimits;
  /** How long a handler may leave the MTA without an answer, default 120 000. */
  readonly handlerTimeoutMs?: number;
  /** How often the MTA is told that work goes on, default 5 000; less than the MTA's timeouts. */
  readonly progressMs?: number;
  /** The answer when a handler throws, rejects, is late, or a limit is passed; default tempfail. */
  readonly onFailure?: "tempfail" | "reject";
}
