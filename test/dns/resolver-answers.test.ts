import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { requireAnswers } from "../../src/dns/resolver-answers.ts";
import { FakeResolver } from "../support/fake-resolver.ts";

describe("a resolver", () => {
  it("is unusable when it keeps silent, and usable whatever it answers", async () => {
    const silent = new FakeResolver({ failing: { "A invalid": "timeout" } });
    await assert.rejects(requireAnswers(silent), { code: "MXSEAL_RESOLVER_UNUSABLE" });
    await requireAnswers(new FakeResolver({ failing: { "A invalid": "server-failure" } }));
    await requireAnswers(new FakeResolver({ missing: ["invalid"] }));
  });
});
