import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import {
  openSession,
  type Session,
  sealSession,
  sessionCookieName,
  sessionIdleMs,
  sessionMaxMs,
} from "../../src/portal/session.ts";
import { mutate, seededRandom } from "../support/random.ts";

const key = randomBytes(32);
const startAt = Date.UTC(2026, 10, 23);
const session: Session = {
  messageId: "abc12345",
  lookupId: randomBytes(16).toString("hex"),
  messageKey: randomBytes(32),
  codeVersion: "0123456789abcdef",
  openedAt: startAt,
  seenAt: startAt,
};

describe("session", () => {
  it("comes back as it was", () => {
    assert.deepEqual(openSession(sealSession(session, key), "abc12345", key, startAt), session);
  });

  it("shows nothing of the key it holds", () => {
    const bytes = Buffer.from(sealSession(session, key), "base64url");
    assert.equal(bytes.includes(session.messageKey), false);
    assert.notEqual(sealSession(session, key), sealSession(session, key));
  });

  it("opens no other message", () => {
    assert.equal(openSession(sealSession(session, key), "abc12346", key, startAt), undefined);
  });

  it("opens under no other key", () => {
    const sealed = sealSession(session, key);
    assert.equal(openSession(sealed, "abc12345", randomBytes(32), startAt), undefined);
  });

  it("ends after 15 minutes without a request", () => {
    const sealed = sealSession(session, key);
    assert.notEqual(openSession(sealed, "abc12345", key, startAt + sessionIdleMs - 1), undefined);
    assert.equal(openSession(sealed, "abc12345", key, startAt + sessionIdleMs), undefined);
  });

  it("ends after an hour however much it is used", () => {
    const used = sealSession({ ...session, seenAt: startAt + sessionMaxMs - 1000 }, key);
    assert.notEqual(openSession(used, "abc12345", key, startAt + sessionMaxMs - 1), undefined);
    assert.equal(openSession(used, "abc12345", key, startAt + sessionMaxMs), undefined);
  });

  it("refuses every changed cookie", () => {
    const random = seededRandom(5);
    const sealed = Buffer.from(sealSession(session, key), "base64url");
    for (let round = 0; round < 2000; round += 1) {
      const changed = mutate(sealed, random);
      if (changed.equals(sealed)) continue;
      const text = changed.toString("base64url");
      assert.equal(openSession(text, "abc12345", key, startAt), undefined);
    }
  });

  it("binds the cookie to this very host where readers come over https", () => {
    assert.equal(sessionCookieName("abc12345", true), "__Host-mxseal-abc12345");
    assert.equal(sessionCookieName("abc12345", false), "mxseal-abc12345");
  });
});
