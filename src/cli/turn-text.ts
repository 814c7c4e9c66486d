/** Turns of a verdict (what it changed from and to, when and why) for people and programs. */
import type { Language } from "../base/language.ts";
import { printable } from "../base/printable.ts";
import { wrapText } from "../base/wrap-text.ts";
import type { VerdictStanding, VerdictTurn } from "../store/verdict-store.ts";
import { formatInstant } from "./text-table.ts";

const maxReason = 300;

interface TurnWords {
  readonly title: string;
  readonly none: string;
  readonly first: string;
  readonly downgrade: string;
}

const wordsOf: Readonly<Record<Language, TurnWords>> = {
  en: {
    title: "History, newest first:",
    none: "History: no change is on record.",
    first: "first checked:",
    downgrade: "downgrade",
  },
  de: {
    title: "Verlauf, Neuestes zuerst:",
    none: "Verlauf: Keine Änderung ist verzeichnet.",
    first: "zuerst geprüft:",
    downgrade: "Verschlechterung",
  },
};

/** Lines as `explainVerdict` sets them in. The reason is English, as it was recorded. */
export function formatHistory(
  turns: readonly VerdictTurn[],
  language: Language,
  width: number,
): readonly string[] {
  const words = wordsOf[language];
  if (turns.length === 0) return [`  ${words.none}`];
  const lines = turns.flatMap((turn) =>
    wrapText(formatTurn(turn, words), { width, first: "    ", rest: "      " }),
  );
  return [`  ${words.title}`, ...lines];
}

function formatTurn(turn: VerdictTurn, words: TurnWords): string {
  const from = turn.from === undefined ? words.first : `${formatStanding(turn.from)} ->`;
  const mark = turn.isDowngrade ? ` (${words.downgrade})` : "";
  const reason = printable(turn.reason, maxReason);
  const why = reason === "" ? "" : `: ${reason}`;
  return `${formatInstant(turn.turnedAt)} ${from} ${formatStanding(turn.to)}${mark}${why}`;
}

/** `proven/dane`, `failed`. */
export function formatStanding({ status, assurance }: VerdictStanding): string {
  return assurance === "none" ? status : `${status}/${assurance}`;
}

export interface TurnJson {
  readonly turnedAt: string;
  readonly from: VerdictStanding | null;
  readonly to: VerdictStanding;
  readonly isDowngrade: boolean;
  readonly reason: string;
}

/** The domain stands beside it. */
export function turnToJson({ turnedAt, from, to, isDowngrade, reason }: VerdictTurn): TurnJson {
  return {
    turnedAt: new Date(turnedAt).toISOString(),
    from: from ?? null,
    to,
    isDowngrade,
    reason,
  };
}
