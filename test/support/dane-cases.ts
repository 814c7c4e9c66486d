/**
 * Mail servers with TLSA records, one per condition of RFC 7671 §5 and RFC 7672 §3, and what is to
 * be said of each. Used twice: for our own check, and to ask Postfix the same.
 */
import type { Tlsa } from "../../src/dane/tlsa.ts";
import type { Identity } from "./certificates.ts";
import { nameRows, pathRows } from "./dane-path-rows.ts";
import { authorityRows, endEntityRows } from "./dane-record-rows.ts";

export interface DaneCase {
  readonly title: string;
  readonly domain: string;
  /** The only MX host of `domain`, and the TLSA base domain. */
  readonly host: string;
  /** As sent, the server's own first. */
  readonly presented: readonly Identity[];
  readonly records: readonly Tlsa[];
  /** The usage that matches, or the code of the first finding. */
  readonly expected: string;
  /** How often the handshake is to be repeated. */
  readonly handshakes: number;
  /** Why Postfix, asked the same, says the opposite. */
  readonly postfixDiffers: string | undefined;
}

export const daneZone = "dane.test";

export const daneCases: readonly DaneCase[] = [
  ...endEntityRows,
  ...authorityRows,
  ...pathRows,
  ...nameRows,
].map(([title, expected, handshakes, setUp, postfixDiffers], index) => {
  const domain = `case${index + 1}.${daneZone}`;
  const host = `mx.${domain}`;
  return { title, expected, handshakes, domain, host, ...setUp({ domain, host }), postfixDiffers };
});
