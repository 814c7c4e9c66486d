/**
 * How a role's process is started, as far as memory goes. Mail streams through milter and portal:
 * what is new in V8's heap is garbage at once, and its usual room for what is new would triple for
 * it; glibc would give each of the threads an arena of its own for the same few buffers. The units of
 * postfix-examples/systemd say the same.
 */
export interface ProcessSetting {
  readonly nodeOptions: readonly string[];
  /** Beside this process's own; mallopt(3). */
  readonly environment: Readonly<Record<string, string>>;
}

export const usualProcess: ProcessSetting = { nodeOptions: [], environment: {} };

export const streamingProcess: ProcessSetting = {
  nodeOptions: ["--max-semi-space-size=1"],
  environment: { MALLOC_ARENA_MAX: "1" },
};

/** For a child. */
export function environmentWith({ environment }: ProcessSetting): NodeJS.ProcessEnv {
  return { ...process.env, ...environment };
}
