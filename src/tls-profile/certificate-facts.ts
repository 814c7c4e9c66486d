/** What a profile wants to know of one certificate on the path that was relied on. */
export interface CertificateFacts {
  /** How people call it: common name or first name. */
  readonly label: string;
  /** As node:crypto names it: `rsa`, `rsa-pss`, `ec`, `ed25519`, …; empty when unreadable. */
  readonly keyType: string;
  readonly keyBits: number;
  /** Named curve of an `ec` key as IANA spells it: `secp256r1`; undefined for other keys. */
  readonly keyCurve?: string | undefined;
  /** How it was signed, as IANA names the scheme: `rsa_pkcs1_sha256`; else the dotted identifier. */
  readonly signatureScheme: string;
  /** Trust anchors are trusted as they are: nobody relies on their signature (RFC 5280 §6). */
  readonly isTrustAnchor: boolean;
}
