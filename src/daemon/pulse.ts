/**
 * Tells silence from life, in beats of the watcher instead of time: when the whole machine slept,
 * or the watcher itself was stopped, no beats passed and nobody is blamed.
 */
export class Pulse {
  readonly #missedBeats: number;
  #left: number;
  #answered = false;

  /** Dead after `missedBeats` beats in a row without answer; the first answer may take longer. */
  constructor(missedBeats: number, beatsToFirstAnswer: number) {
    this.#missedBeats = missedBeats;
    this.#left = beatsToFirstAnswer;
  }

  answered(): void {
    this.#answered = true;
    this.#left = this.#missedBeats;
  }

  /** One beat has passed. Returns false when it was one too many. */
  beat(): boolean {
    if (!this.#answered) this.#left -= 1;
    this.#answered = false;
    return this.#left > 0;
  }
}
