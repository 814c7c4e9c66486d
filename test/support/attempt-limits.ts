/** The limits of the lock when the configuration says nothing of them. */
import { parseConfig } from "../../src/config/load.ts";
import { attemptLimits } from "../../src/config/lock-limits.ts";
import type { AttemptLimits } from "../../src/store/attempt-limits.ts";

export const usualAttemptLimits: AttemptLimits = attemptLimits(parseConfig("", "test.toml").lock);
