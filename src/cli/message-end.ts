/** When a message is to end, as it stands on a command line. */
import { quoted } from "../base/printable.ts";
import { failure, type Result, success } from "../base/result.ts";
import { parseInstant } from "../rules/rule-text.ts";
import { leastLifeMs, longestLifeMs } from "../store/manage-store.ts";
import { parseDuration } from "./duration.ts";

export interface EndOptions {
  readonly until?: string;
  readonly by?: string;
}

/** `by` counts from the end there is. The error is a sentence for the administrator. */
export function parseNewEnd(
  { until, by }: EndOptions,
  expiresAt: number,
  nowMs: number,
): Result<number, string> {
  if ((until === undefined) === (by === undefined)) {
    return failure("Say until when: either --until 2027-01-31 or --by 7d.");
  }
  const end = until === undefined ? later(expiresAt, by ?? "") : parseInstant(until, nowMs);
  if (end === undefined) {
    return failure(
      until === undefined
        ? `${quoted(by ?? "")} is no span; write 12h, 7d or 2w.`
        : `${quoted(until)} is no end; write 30d, 2027-01-31 or 2027-01-31T18:00Z.`,
    );
  }
  const lifeMs = end - nowMs;
  if (lifeMs >= leastLifeMs && lifeMs <= longestLifeMs) return success(end);
  return failure("A message can be read for an hour to 365 days from now, no less and no longer.");
}

function later(expiresAt: number, by: string): number | undefined {
  const span = parseDuration(by);
  return span === undefined ? undefined : expiresAt + span;
}
