/**
 * What a TLS library does not tell of a handshake, read from the bytes that the server sent: the
 * group of the key exchange, how the server signed, what TLS 1.2 was protected with (RFC 8446 §4,
 * RFC 5246 §7.4). The handshake itself was checked by the library; this only looks at it.
 *
 * Limits: reads what it is given, once, and no further than the signature. Of what makes no sense
 * only ProtocolError is thrown.
 */

import { TlsFieldReader } from "./tls-field-reader.ts";
import {
  type HandshakeMessage,
  HandshakeMessageReader,
  messageType,
} from "./tls-handshake-message.ts";
import { type NamedGroup, namedGroup } from "./tls-named-group.ts";
import { readRecords, recordType, type TlsRecord } from "./tls-record.ts";
import {
  extensionType,
  parseServerHello,
  type ServerHello,
  tlsVersion,
} from "./tls-server-hello.ts";
import { parseServerKeyExchange } from "./tls-server-key-exchange.ts";
import { signatureSchemeName } from "./tls-signature-scheme.ts";
import { Tls13RecordDecryption } from "./tls13-record-decryption.ts";

export interface ServerFlight {
  /** Undefined for static RSA. */
  readonly group: NamedGroup | undefined;
  /** IANA name; undefined when the handshake is not signed or its scheme was no choice. */
  readonly signatureScheme: string | undefined;
  /** Before TLS 1.3: what the ServerHello acknowledged. */
  readonly legacy: LegacyAnswers | undefined;
}

/** RFC 7366, RFC 7627, RFC 5746 §3.4, RFC 3749. */
export interface LegacyAnswers {
  readonly encryptThenMac: boolean;
  readonly extendedMasterSecret: boolean;
  readonly secureRenegotiation: boolean;
  readonly compression: boolean;
}

export interface FlightKeys {
  /** The negotiated suite as IANA names it. */
  readonly cipher: string;
  /** SERVER_HANDSHAKE_TRAFFIC_SECRET of TLS 1.3; without it signatures stay unknown there. */
  readonly trafficSecret: Buffer | undefined;
}

/** `captured`: all that came from the server, from the first byte of TLS on. */
export function readServerFlight(captured: Buffer, keys: FlightKeys): ServerFlight {
  using reader = new FlightReader(keys);
  for (const record of readRecords(captured)) {
    reader.read(record);
    if (reader.isDone) break;
  }
  return reader.flight;
}

class FlightReader implements Disposable {
  readonly #keys: FlightKeys;
  readonly #messages = new HandshakeMessageReader();
  #hello: ServerHello | undefined;
  #decryption: Tls13RecordDecryption | undefined;
  #group: NamedGroup | undefined;
  #signatureScheme: string | undefined;
  isDone = false;

  constructor(keys: FlightKeys) {
    this.#keys = keys;
  }

  get flight(): ServerFlight {
    const hello = this.#hello;
    const isOld = hello !== undefined && hello.version < tlsVersion.tls13;
    return {
      group: this.#group,
      signatureScheme: this.#signatureScheme,
      legacy: isOld ? legacyAnswers(hello) : undefined,
    };
  }

  read(record: TlsRecord): void {
    if (record.type === recordType.handshake) return this.#readMessages(record.fragment);
    if (record.type === recordType.applicationData && this.#decryption !== undefined) {
      const inner = this.#decryption.open(record);
      if (inner.type === recordType.handshake) this.#readMessages(inner.content);
      return;
    }
    // In TLS 1.3 ChangeCipherSpec means nothing (RFC 8446 §5); before, all behind it is encrypted.
    const isOver = record.type === recordType.changeCipherSpec && !this.#isTls13;
    if (isOver || record.type === recordType.applicationData) this.isDone = true;
  }

  [Symbol.dispose](): void {
    this.#decryption?.[Symbol.dispose]();
  }

  get #isTls13(): boolean {
    // Before the hello this can only be the one behind a HelloRetryRequest.
    return this.#hello === undefined || this.#hello.version >= tlsVersion.tls13;
  }

  #readMessages(fragment: Buffer): void {
    this.#messages.push(fragment);
    while (!this.isDone) {
      const message = this.#messages.next();
      if (message === undefined) return;
      this.#readMessage(message);
    }
  }

  #readMessage({ type, body }: HandshakeMessage): void {
    switch (type) {
      case messageType.serverHello:
        return this.#readHello(parseServerHello(body));
      case messageType.serverKeyExchange:
        return this.#readKeyExchange(body);
      case messageType.certificateVerify:
        this.#signatureScheme = signatureSchemeName(new TlsFieldReader(body).number(2));
        this.isDone = true;
        return;
      case messageType.serverHelloDone:
        this.isDone = true;
    }
  }

  #readHello(hello: ServerHello): void {
    if (hello.isRetry || this.#hello !== undefined) return;
    this.#hello = hello;
    if (hello.version < tlsVersion.tls13) return;
    if (hello.keyShareGroup !== undefined) this.#group = namedGroup(hello.keyShareGroup);
    const { trafficSecret } = this.#keys;
    if (trafficSecret === undefined) this.isDone = true;
    else this.#decryption = new Tls13RecordDecryption(hello.suite, trafficSecret);
  }

  #readKeyExchange(body: Buffer): void {
    const { version } = this.#hello ?? {};
    if (version === undefined || version >= tlsVersion.tls13) return;
    const exchange = parseServerKeyExchange(body, this.#keys.cipher, version);
    this.#group = exchange?.group;
    this.#signatureScheme = exchange?.signatureScheme;
  }
}

function legacyAnswers({ extensions, compression }: ServerHello): LegacyAnswers {
  return {
    encryptThenMac: extensions.has(extensionType.encryptThenMac),
    extendedMasterSecret: extensions.has(extensionType.extendedMasterSecret),
    secureRenegotiation: extensions.has(extensionType.renegotiationInfo),
    compression: compression !== 0,
  };
}
