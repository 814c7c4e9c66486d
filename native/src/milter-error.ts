/** The errors of this package: one class, told apart by a stable code. */
export type MilterErrorCode =
  /** An option cannot be used; the message names it. */
  | "ERR_MILTER_OPTIONS"
  /** The compiled addon is missing, or libmilter is. */
  | "ERR_MILTER_ADDON"
  /** A process answers on the wanted socket; it was left alone. */
  | "ERR_MILTER_SOCKET_LIVE"
  /** The socket cannot be made: no such directory, no permission, address taken; see `cause`. */
  | "ERR_MILTER_SOCKET"
  /** This milter was started before. */
  | "ERR_MILTER_ALREADY_STARTED"
  /** Another milter runs, or ran, in this process: libmilter can run once per process. */
  | "ERR_MILTER_SPENT"
  /** The milter does not run. */
  | "ERR_MILTER_NOT_RUNNING"
  /** A modification of the message is not possible or was not announced in `can`. */
  | "ERR_MILTER_EDIT"
  /** A reply to the client breaks the rules for SMTP replies. */
  | "ERR_MILTER_REPLY"
  /** The message that a handler works on is gone: reason of its `signal`. */
  | "ERR_MILTER_ABORTED";

export class MilterError extends Error {
  readonly code: MilterErrorCode;

  constructor(code: MilterErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "MilterError";
    this.code = code;
  }
}
