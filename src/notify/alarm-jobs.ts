/** Alarms of the store as notices for their mailer. */
import type { Clock } from "../base/clock.ts";
import type { Alarm, AlarmStore } from "../store/manage-store.ts";
import type { Notice, NoticeSource } from "./notice-mailer.ts";

export interface AlarmNotice extends Notice {
  readonly alarm: Alarm;
}

export class AlarmJobs implements NoticeSource<AlarmNotice> {
  readonly #alarms: AlarmStore;
  readonly #clock: Clock;

  constructor(alarms: AlarmStore, clock: Clock) {
    this.#alarms = alarms;
    this.#clock = clock;
  }

  async due(nowMs: number, limit: number): Promise<readonly AlarmNotice[]> {
    const alarms = await this.#alarms.due(nowMs, limit);
    return alarms.map((alarm) => {
      const { id, sender, recipient, createdAt, expiresAt, firstOpenedAt, lockedUntil } =
        alarm.message;
      const { kind, raisedAt } = alarm;
      const facts = { sender, recipient, createdAt, expiresAt, firstOpenedAt, lockedUntil };
      return { kind, raisedAt, messageId: id, ...facts, alarm };
    });
  }

  complete({ alarm }: AlarmNotice): Promise<void> {
    return this.#alarms.complete(alarm, this.#clock.now());
  }
}
