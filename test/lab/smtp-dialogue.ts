/** The server's side of one SMTP connection (RFC 5321 §4), from one greeting or STARTTLS on. */

export interface Manner {
  readonly startTls: boolean;
  /** `TLSv1`: offers nothing newer. */
  readonly newestTls?: "TLSv1" | "TLSv1.3";
  /** Takes addresses and header fields in UTF-8 (RFC 6531). */
  readonly smtpUtf8?: boolean;
  /** Offers AUTH, before and after STARTTLS. */
  readonly login?: boolean;
  /** `busy`: 421 at once. `silent`: accepts the connection and says nothing. */
  readonly greeting?: "ready" | "busy" | "silent";
}

export interface ReceivedMail {
  readonly sender: string;
  readonly recipients: readonly string[];
  /** What came between DATA and the dot, unstuffed, CRLF line ends. */
  readonly data: Buffer;
  /** For example `TLSv1.3`; null: in clear. */
  readonly tls: string | null;
}

export interface DialogueContext {
  readonly host: string;
  readonly manner: Manner;
  readonly tls: string | null;
  readonly write: (text: string) => void;
  readonly close: () => void;
  readonly startTls: () => void;
  readonly login: (credentials: string) => void;
  readonly mail: (mail: ReceivedMail) => void;
}

const endOfData = Buffer.from("\r\n.\r\n");

export class SmtpDialogue {
  readonly #context: DialogueContext;
  #pending: Buffer = Buffer.alloc(0);
  /** Present while a message is coming in; begins with the CRLF that ended DATA. */
  #data: Buffer[] | undefined;
  /** The last bytes of it, for an end that two chunks share. */
  #tail: Buffer = Buffer.alloc(0);
  #awaitsLogin = false;
  #sender = "";
  #recipients: string[] = [];

  constructor(context: DialogueContext) {
    this.#context = context;
  }

  read(chunk: Buffer): void {
    if (this.#data !== undefined) {
      this.#readData(chunk);
      return;
    }
    this.#pending = Buffer.concat([this.#pending, chunk]);
    for (let end = this.#pending.indexOf("\r\n"); end !== -1; end = this.#pending.indexOf("\r\n")) {
      const line = this.#pending.subarray(0, end).toString("utf8");
      this.#pending = this.#pending.subarray(end + 2);
      this.#command(line);
      if (this.#data === undefined) continue;
      const early = this.#pending;
      this.#pending = Buffer.alloc(0);
      if (early.length > 0) this.#readData(early);
      return;
    }
  }

  /** The client may say more after the dot at once (RFC 2920 §3.1): that is read as commands. */
  #readData(chunk: Buffer): void {
    this.#data?.push(chunk);
    const seam = Buffer.concat([this.#tail, chunk]);
    const end = seam.indexOf(endOfData);
    this.#tail = seam.subarray(-(endOfData.length - 1));
    if (end === -1) return;
    const excess = seam.length - end - endOfData.length;
    const whole = Buffer.concat(this.#data ?? []);
    this.#data = undefined;
    this.#take(whole.subarray(0, whole.length - excess));
    if (excess > 0) this.read(whole.subarray(whole.length - excess));
  }

  /** `whole`: from the CRLF that ended DATA to the CRLF behind the dot. */
  #take(whole: Buffer): void {
    // A leading dot was doubled (RFC 5321 §4.5.2).
    const text = whole.toString("latin1").slice(2, -3);
    this.#context.mail({
      sender: this.#sender,
      recipients: this.#recipients,
      data: Buffer.from(text.replaceAll("\r\n..", "\r\n.").replace(/^\.\./, "."), "latin1"),
      tls: this.#context.tls,
    });
    this.#reset();
    this.#context.write("250 2.0.0 taken\r\n");
  }

  #command(line: string): void {
    if (this.#awaitsLogin) {
      this.#awaitsLogin = false;
      this.#login(line);
      return;
    }
    const [verb = "", ...rest] = line.split(" ");
    const reply = this.#replies[verb.toUpperCase()];
    if (reply === undefined) this.#context.write("502 5.5.1 unknown command\r\n");
    else reply(rest.join(" "));
  }

  readonly #replies: Readonly<Record<string, (argument: string) => void>> = {
    EHLO: () => this.#hello(),
    HELO: () => this.#context.write(`250 ${this.#context.host}\r\n`),
    STARTTLS: () => this.#startTls(),
    AUTH: (argument) => this.#auth(argument),
    MAIL: (argument) => {
      this.#sender = addressIn(argument);
      this.#context.write("250 2.1.0 ok\r\n");
    },
    RCPT: (argument) => {
      this.#recipients.push(addressIn(argument));
      this.#context.write("250 2.1.5 ok\r\n");
    },
    DATA: () => {
      this.#tail = Buffer.from("\r\n");
      this.#data = [this.#tail];
      this.#context.write("354 go on\r\n");
    },
    RSET: () => {
      this.#reset();
      this.#context.write("250 2.0.0 ok\r\n");
    },
    NOOP: () => this.#context.write("250 2.0.0 ok\r\n"),
    QUIT: () => {
      this.#context.write("221 2.0.0 bye\r\n");
      this.#context.close();
    },
  };

  #hello(): void {
    const { host, manner, tls } = this.#context;
    const words = [host, "PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN"];
    if (manner.startTls && tls === null) words.push("STARTTLS");
    if (manner.smtpUtf8 === true) words.push("SMTPUTF8");
    if (manner.login === true) words.push("AUTH PLAIN LOGIN");
    const lines = words.map((word, index) => `250${index === words.length - 1 ? " " : "-"}${word}`);
    this.#context.write(`${lines.join("\r\n")}\r\n`);
  }

  #startTls(): void {
    if (!this.#context.manner.startTls || this.#context.tls !== null) {
      this.#context.write("502 5.5.1 not here\r\n");
      return;
    }
    this.#context.write("220 2.0.0 go ahead\r\n");
    this.#context.startTls();
  }

  #auth(argument: string): void {
    const [mechanism = "", initial] = argument.split(" ");
    if (initial !== undefined) {
      this.#login(`${mechanism} ${initial}`);
      return;
    }
    this.#awaitsLogin = true;
    this.#context.write("334 \r\n");
  }

  #login(credentials: string): void {
    this.#context.login(credentials);
    this.#context.write("235 2.7.0 welcome\r\n");
  }

  #reset(): void {
    this.#sender = "";
    this.#recipients = [];
  }
}

function addressIn(argument: string): string {
  return /<([^>]*)>/.exec(argument)?.[1] ?? "";
}
