/**
 * Ctrl-C, TERM and a closed terminal as a wish to come to an end: the first lets a command finish
 * what it has in hand, a second ends the process as if nobody listened.
 */
export interface StopRequest extends Disposable {
  readonly signal: AbortSignal;
}

const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** A second signal this soon is the same wish: some senders tell process and group. */
const sameBreathMs = 200;

/** Signals have their usual effect again once it is disposed of. */
export function listenForStop(): StopRequest {
  const stop = new AbortController();
  let firstAt: number | undefined;
  const receive = (name: NodeJS.Signals): void => {
    const nowMs = performance.now();
    firstAt ??= nowMs;
    stop.abort();
    if (nowMs - firstAt <= sameBreathMs) return;
    unlisten();
    process.kill(process.pid, name);
  };
  const unlisten = (): void => {
    for (const name of names) process.off(name, receive);
  };
  for (const name of names) process.on(name, receive);
  return { signal: stop.signal, [Symbol.dispose]: unlisten };
}
