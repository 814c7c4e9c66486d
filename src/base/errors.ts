/**
 * Operational errors: faults of the machine or its configuration that an operator can mend.
 * Each has a stable code, says whether it passes by itself, and tells what to do next.
 * What remote servers do is data (`base/verdict.ts`), not an error; a bug is neither and crashes.
 */
const table = {
  MXSEAL_CONFIG_INVALID: {
    temporary: false,
    advice: "Correct the configuration file and run `mxseal config check`.",
  },
  MXSEAL_CONFIG_UNREADABLE: {
    temporary: false,
    advice: "Check that the configuration file exists and that mxseal's user may read it.",
  },
  MXSEAL_STORE_UNUSABLE: {
    temporary: true,
    advice: "Check that the store's directory exists, has free space and is writable for mxseal.",
  },
  MXSEAL_STORE_TOO_NEW: {
    temporary: false,
    advice: "The store was written by a newer mxseal. Install that version or a later one.",
  },
  MXSEAL_MESSAGE_GONE: {
    temporary: false,
    advice: "The message has expired or was deleted; its sender can send it again.",
  },
  MXSEAL_RESOLVER_UNUSABLE: {
    temporary: true,
    advice: "Check /etc/resolv.conf and that the resolver named there is running.",
  },
  MXSEAL_CA_FILE_UNUSABLE: {
    temporary: false,
    advice: "Check `tls.ca_file`; it must be the file that Postfix's smtp_tls_CAfile names.",
  },
  MXSEAL_PROBE_UNAVAILABLE: {
    temporary: true,
    advice: "Mail waits and is probed again by itself; if it lasts, look for the cause in the log.",
  },
  MXSEAL_KEY_FILE_UNUSABLE: {
    temporary: false,
    advice: "Check the key directory: files present, complete, readable by mxseal only.",
  },
  MXSEAL_CERTIFICATE_UNUSABLE: {
    temporary: false,
    advice:
      "Check `portal.certificate` and `portal.private_key`: a pair, in date, readable for mxseal.",
  },
  MXSEAL_SEALED_DAMAGED: {
    temporary: false,
    advice: "The stored message was changed or damaged. Restore the store from a backup.",
  },
  MXSEAL_LISTEN_FAILED: {
    temporary: false,
    advice: "Check that the address is free and that mxseal may use it.",
  },
  MXSEAL_POSTFIX_COMMAND_FAILED: {
    temporary: true,
    advice: "Check that Postfix runs and that mxseal's user is in the group postdrop.",
  },
  MXSEAL_SUBMIT_FAILED: {
    temporary: true,
    advice: "Check that Postfix accepts mail at `postfix.submission`.",
  },
  MXSEAL_PDF_FAILED: {
    temporary: true,
    advice: "Check that qpdf is installed and /dev/shm has free space, or seal by the portal.",
  },
  MXSEAL_DERIVATION_LATE: {
    temporary: true,
    advice: "Check the machine's load and free memory; the process that derives keys hangs.",
  },
  MXSEAL_SMS_HOOK_UNUSABLE: {
    temporary: true,
    advice: "Check `sms.hook` and `sms.token_file`; `mxseal sms test NUMBER` tries them.",
  },
  MXSEAL_OUTPUT_FAILED: {
    temporary: false,
    advice: "Check that the directory exists, has free space and that you may write there.",
  },
  MXSEAL_TOO_LARGE: {
    temporary: false,
    advice: "Raise the limit the message names, or send less.",
  },
  MXSEAL_RULE_INVALID: {
    temporary: false,
    advice: "Run `mxseal rule add --help`.",
  },
} as const;

export type ErrorCode = keyof typeof table;

export interface MxsealErrorOptions {
  readonly cause?: unknown;
}

/** `message` says what is wrong and where, without a secret; `advice` what to do next. */
export class MxsealError extends Error {
  readonly code: ErrorCode;
  readonly temporary: boolean;
  readonly advice: string;

  constructor(code: ErrorCode, message: string, options: MxsealErrorOptions = {}) {
    super(message, options);
    this.name = "MxsealError";
    this.code = code;
    this.temporary = table[code].temporary;
    this.advice = table[code].advice;
  }
}

/** A peer broke the framing of a protocol: the connection is of no more use and is closed. */
export class ProtocolError extends Error {
  readonly code: string;

  /** `code` is a stable kebab-case word such as `too-long`; `message` quotes no content. */
  constructor(code: string, message: string) {
    super(message);
    this.name = "ProtocolError";
    this.code = code;
  }
}
