/** What a handshake showed, in the names of the IANA registries; `evaluate.ts` judges it. */

export interface KeyExchange {
  /**
   * Named group as IANA spells it, for example `x25519`, `secp256r1`, `ffdhe3072`; `DH` for a
   * finite-field group without a name, `RSA` for static RSA, else `unknown`.
   */
  readonly name: string;
  /** Of the classical part; undefined where there is none or it was not told. */
  readonly bits: number | undefined;
}

export interface HandshakeFacts {
  /** As OpenSSL names it, for example `TLSv1.3`. */
  readonly protocol: string;
  readonly cipher: { readonly iana: string; readonly openssl: string };
  readonly keyExchange: KeyExchange;
  /** How the server signed the handshake: `rsa_pss_rsae_sha256`; undefined: not signed (static
   * RSA), older than TLS 1.2 or not told. */
  readonly signatureScheme?: string | undefined;
  /** What a TLS 1.2 or older ServerHello acknowledged; undefined in TLS 1.3 or when not told. */
  readonly legacy?: LegacyFeatures | undefined;
}

/** RFC 7366, RFC 7627, RFC 5746 §3.4, RFC 3749. */
export interface LegacyFeatures {
  readonly encryptThenMac: boolean;
  readonly extendedMasterSecret: boolean;
  readonly secureRenegotiation: boolean;
  readonly compression: boolean;
}
