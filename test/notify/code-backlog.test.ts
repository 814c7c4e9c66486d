import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { plainTemplates } from "../../src/mime/template.ts";
import { CodeMailer } from "../../src/notify/code-mailer.ts";
import { RetryPlan } from "../../src/notify/retry-plan.ts";
import { sealJobContent } from "../../src/seal/code-job-content.ts";
import type { CodeJob, CodeJobStore } from "../../src/store/code-job-store.ts";
import { FixedClock } from "../support/fixed-clock.ts";
import { RecordingLog } from "../support/recording-log.ts";

const keys = { jobKey: randomBytes(32), markKey: randomBytes(32) };

function jobOf(id: number, group: string, sender: string): CodeJob {
  const content = {
    recipient: `r${id}@plain.example`,
    deliveredTo: `r${id}@plain.example`,
    told: { kind: "new", code: "0000-0000-001Y", remembered: false } as const,
    id: `M${id}`,
    expiresAt: 2,
    sentAt: 1,
    originalMessageId: null,
  };
  const sealedContent = sealJobContent(keys.jobKey, content, { group, sender });
  return { id, messageId: `M${id}`, group, sender, sealedContent, createdAt: id };
}

/** In memory, oldest first, like the real ones. */
function jobStore(jobs: readonly CodeJob[]): CodeJobStore & { left: () => readonly CodeJob[] } {
  let kept = jobs;
  return {
    ripe: (_, limit) => Promise.resolve(kept.slice(0, limit)),
    count: () => Promise.resolve(kept.length),
    complete: (ids) => {
      kept = kept.filter(({ id }) => !ids.includes(id));
      return Promise.resolve();
    },
    left: () => kept,
  };
}

describe("a backlog of codes that cannot be mailed", () => {
  it("does not keep the codes behind it from being mailed", async () => {
    const stuck = Array.from({ length: 900 }, (_, index) =>
      jobOf(index, `group-${Math.floor(index / 10)}`, "x@lost.example"),
    );
    const jobs = jobStore([...stuck, jobOf(1000, "good", "erna@own.example")]);
    const sent: string[] = [];
    const clock = new FixedClock();
    const mailer = new CodeMailer({
      jobs,
      keys,
      domains: {
        classOf: (domain) => (domain === "own.example" ? "local" : "other"),
        isProven: () => false,
      },
      submission: {
        submit: (mail) => {
          sent.push(mail.to);
          return Promise.resolve({ kind: "taken" });
        },
      },
      clock,
      log: new RecordingLog(),
      settings: { delayMs: 0, templates: plainTemplates("") },
    });
    for (let round = 0; round < 10; round += 1) {
      await mailer.tick();
      clock.advance(2_000);
    }
    assert.deepEqual(sent, ["erna@own.example"]);
    assert.equal(jobs.left().length, 900);
  });
});

describe("retry plan", () => {
  it("waits twice as long after each failure, up to its longest pause", () => {
    const clock = new FixedClock();
    const plan = new RetryPlan(clock, 100_000);
    for (const pauseMs of [30_000, 60_000, 100_000, 100_000]) {
      plan.failed("a", 3);
      clock.advance(pauseMs - 1);
      assert.equal(plan.mayTry("a"), false, String(pauseMs));
      clock.advance(1);
      assert.equal(plan.mayTry("a"), true);
    }
    assert.equal(plan.weight, 3);
    plan.succeeded("a");
    assert.equal(plan.weight, 0);
    plan.failed("a", 1);
    clock.advance(30_000);
    assert.equal(plan.mayTry("a"), true);
  });

  it("forgets the oldest rather than grow without bound", () => {
    const plan = new RetryPlan(new FixedClock(), 100_000);
    for (let key = 0; key < 6_000; key += 1) plan.failed(String(key), 1);
    assert.equal(plan.weight, 5_000);
    assert.equal(plan.mayTry("0"), true);
    assert.equal(plan.mayTry("5999"), false);
  });
});
