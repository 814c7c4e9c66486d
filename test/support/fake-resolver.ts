/** A resolver made of data: what is not listed has no data, what is listed as failing fails. */
import type {
  DnsAnswer,
  DnsFailure,
  MxRecord,
  RecordOf,
  RecordType,
  Resolver,
  TlsaRecord,
} from "../../src/dns/resolver.ts";

export interface FakeZone {
  readonly MX?: Readonly<Record<string, readonly MxRecord[]>>;
  readonly A?: Readonly<Record<string, readonly string[]>>;
  readonly AAAA?: Readonly<Record<string, readonly string[]>>;
  readonly TLSA?: Readonly<Record<string, readonly TlsaRecord[]>>;
  readonly TXT?: Readonly<Record<string, readonly string[]>>;
  readonly CNAME?: Readonly<Record<string, readonly string[]>>;
  /** Name → the name at the end of its aliases. */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly missing?: readonly string[];
  /** `MX example.test` → reason. */
  readonly failing?: Readonly<Record<string, DnsFailure>>;
  /** `MX example.test`, or a bare name for all its types. */
  readonly authentic?: readonly string[];
}

export class FakeResolver implements Resolver {
  readonly questions: string[] = [];
  readonly #zone: FakeZone;

  constructor(zone: FakeZone) {
    this.#zone = zone;
  }

  async lookup<K extends RecordType>(
    name: string,
    type: K,
    signal: AbortSignal,
  ): Promise<DnsAnswer<RecordOf[K]>> {
    signal.throwIfAborted();
    const question = `${type} ${name}`;
    this.questions.push(question);
    const { missing, failing, aliases, authentic: signed = [] } = this.#zone;
    const reason = failing?.[question];
    if (reason !== undefined) return { outcome: "failure", reason };
    const authentic = signed.includes(question) || signed.includes(name);
    if (missing?.includes(name)) return { outcome: "no-such-domain", authentic };
    const canonicalName = aliases?.[name] ?? name;
    const table = this.#zone[type] as Readonly<Record<string, readonly RecordOf[K][]>> | undefined;
    const records = table?.[canonicalName];
    if (records === undefined) return { outcome: "no-data", authentic };
    return { outcome: "found", records, authentic, canonicalName };
  }
}

/** A resolver that never answers: it waits until it is told to stop. */
export const silentResolver: Resolver = {
  lookup: (_name, _type, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    }),
};
