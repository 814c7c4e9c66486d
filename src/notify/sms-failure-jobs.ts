/** SMS that could not be sent, as notices to the sender for their mailer. */
import type { ReportedSmsFailure, SmsStore } from "../store/sms-store.ts";
import type { Notice, NoticeSource } from "./notice-mailer.ts";

export interface SmsFailureNotice extends Notice {
  readonly failure: ReportedSmsFailure;
}

export class SmsFailureJobs implements NoticeSource<SmsFailureNotice> {
  readonly #store: SmsStore;

  constructor(store: SmsStore) {
    this.#store = store;
  }

  async due(nowMs: number, limit: number): Promise<readonly SmsFailureNotice[]> {
    const failures = await this.#store.failures(nowMs, limit);
    return failures.map((failure) => {
      const { id, sender, recipient, createdAt, expiresAt, firstOpenedAt, way } = failure.message;
      const { reason, number, waitedMs, failedAt } = failure;
      const facts = { sender, recipient, createdAt, expiresAt, firstOpenedAt };
      const sms = { reason, number, waitedMs, way };
      return { kind: "sms-failed", raisedAt: failedAt, messageId: id, ...facts, sms, failure };
    });
  }

  complete({ failure }: SmsFailureNotice): Promise<void> {
    return this.#store.completeFailure(failure);
  }
}
