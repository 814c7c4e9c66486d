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
  /** Name → the name it is an alias of, which may be one itself. */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly missing?: readonly string[];
  /** `MX example.test` → reason. */
  readonly failing?: Readonly<Record<string, DnsFailure>>;
  /**
   * `MX example.test`, or a bare name for all its types. Of a chain of aliases every step must be
   * named: `CNAME example.test`, or the bare name.
   */
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
    const { missing, failing } = this.#zone;
    const reason = failing?.[question];
    if (reason !== undefined) return { outcome: "failure", reason };
    const chain = type === "CNAME" ? [name] : this.#chainFrom(name);
    const canonicalName = chain.at(-1) ?? name;
    const authentic = this.#isAuthentic(chain, type);
    if (missing?.includes(canonicalName)) return { outcome: "no-such-domain", authentic };
    const records = this.#recordsOf(canonicalName, type);
    if (records === undefined) return { outcome: "no-data", authentic };
    return { outcome: "found", records, authentic, canonicalName };
  }

  #chainFrom(name: string): readonly string[] {
    const next = this.#zone.aliases?.[name];
    return next === undefined ? [name] : [name, ...this.#chainFrom(next)];
  }

  #isAuthentic(chain: readonly string[], type: RecordType): boolean {
    const { authentic = [] } = this.#zone;
    return chain.every((name, step) => {
      const asked = step === chain.length - 1 ? type : "CNAME";
      return authentic.includes(name) || authentic.includes(`${asked} ${name}`);
    });
  }

  #recordsOf<K extends RecordType>(name: string, type: K): readonly RecordOf[K][] | undefined {
    const { aliases = {}, ...zone } = this.#zone;
    const links = Object.entries(aliases).map(([owner, target]) => [owner, [target]] as const);
    const tables = { ...zone, CNAME: { ...zone.CNAME, ...Object.fromEntries(links) } };
    const table = tables[type] as Readonly<Record<string, readonly RecordOf[K][]>> | undefined;
    return table?.[name];
  }
}

/** A resolver that never answers: it waits until it is told to stop. */
export const silentResolver: Resolver = {
  lookup: (_name, _type, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    }),
};
