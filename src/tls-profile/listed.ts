/**
 * What a recommendation lists, and for how long. TR-02102-2 §3.1.1: a year means to its very end;
 * a plus behind it ("2031+") means that the next editions may extend it, so that nothing stops
 * being listed merely because an edition got old.
 */
export interface Listed {
  readonly name: string;
  /** Last year of the recommendation; undefined: the text names none. */
  readonly until?: number;
  /** The plus behind the year. */
  readonly mayBeExtended?: boolean;
}

/** For ever, as far as the text says. */
export function listed(...names: readonly string[]): readonly Listed[] {
  return names.map((name) => ({ name }));
}

/** "Verwendung bis YEAR". */
export function listedUntil(until: number, ...names: readonly string[]): readonly Listed[] {
  return names.map((name) => ({ name, until }));
}

/** "Verwendung bis YEAR+". */
export function listedAtLeastUntil(until: number, ...names: readonly string[]): readonly Listed[] {
  return names.map((name) => ({ name, until, mayBeExtended: true }));
}

/** Years are those of UTC. */
export function isListed(list: readonly Listed[], name: string, nowMs: number): boolean {
  return list.some((one) => one.name === name && isCurrent(one, nowMs));
}

/** The first two that hold now, in words: "a or b". */
export function namesOf(list: readonly Listed[], nowMs: number): string {
  const current = list.filter((one) => isCurrent(one, nowMs)).map(({ name }) => name);
  return current.length === 0 ? "nothing" : current.slice(0, 2).join(" or ");
}

function isCurrent({ until, mayBeExtended = false }: Listed, nowMs: number): boolean {
  return until === undefined || mayBeExtended || new Date(nowMs).getUTCFullYear() <= until;
}
