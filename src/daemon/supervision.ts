/**
 * What the supervisor and its children tell each other over their IPC channel. Stop and reload
 * come this way and not as signals, because systemd signals the whole group at once, where a
 * second TERM would mean "at once", and because libmilter reads signals of its process too.
 * A closed channel tells a child that the supervisor is gone.
 */
export const supervisorWords = ["ping", "reload", "stop"] as const;
export type SupervisorWord = (typeof supervisorWords)[number];

/** A child's only word: its event loop turns. */
export const pong = "pong";

export interface SupervisedHandlers {
  readonly onReload: () => void;
  /** `why` is for the log. */
  readonly onStop: (why: string) => void;
}

/** Answers the supervisor, where there is one. Disposal stops listening. */
export function answerSupervisor(handlers: SupervisedHandlers): Disposable {
  if (process.send === undefined) return { [Symbol.dispose]: () => undefined };
  const onMessage = (message: unknown): void => {
    const word = supervisorWords.find((known) => known === message);
    if (word === "ping") sendPong();
    else if (word === "reload") handlers.onReload();
    else if (word === "stop") handlers.onStop("told by the supervisor");
  };
  const onDisconnect = (): void => handlers.onStop("the supervisor is gone");
  process.on("message", onMessage);
  process.on("disconnect", onDisconnect);
  // It may have gone before anybody listened; otherwise it learns that from now on we answer.
  if (process.connected) sendPong();
  else onDisconnect();
  return {
    [Symbol.dispose]() {
      process.off("message", onMessage);
      process.off("disconnect", onDisconnect);
    },
  };
}

function sendPong(): void {
  process.send?.(pong, undefined, undefined, ignoreClosedChannel);
}

/** A failed send means that the other side is gone, which both notice by other means. */
export function ignoreClosedChannel(): void {}
