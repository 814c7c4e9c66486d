/** MTA-STS policies that are kept; part of `store-suite.ts`. */
import assert from "node:assert/strict";
import type { Store } from "../../src/store/store.ts";
import type { StoredStsPolicy } from "../../src/store/sts-policy-store.ts";
import { domainOf } from "../support/full-verdict.ts";
import type { StorePlace } from "./store-suite.ts";

type Behaviour = (name: string, work: (store: Store, place: StorePlace) => Promise<void>) => void;

const dayMs = 86_400_000;
const failure = { id: "20260101", failedAt: 5000, reason: "no answer within 60 s" };

export function stsPolicies(behaviour: Behaviour): void {
  behaviour(
    "gives a policy back as it was saved, also to another process",
    async (store, place) => {
      const whole = { ...policyOf("a.example", 1000, 2000), failure };
      const onlyFailed = { domain: domainOf("b.example"), policy: undefined, failure };
      for (const one of [whole, onlyFailed]) await store.stsPolicies.save(one);
      await using other = await place.open();
      assert.deepEqual(await other.stsPolicies.find(whole.domain), whole);
      assert.deepEqual(await other.stsPolicies.find(onlyFailed.domain), onlyFailed);
      assert.equal(await other.stsPolicies.find(domainOf("c.example")), undefined);
    },
  );

  behaviour("replaces what it had of a domain whole", async (store) => {
    await store.stsPolicies.save({ ...policyOf("a.example", 1000, 2000), failure });
    const next = policyOf("a.example", 3000, 4000);
    await store.stsPolicies.save(next);
    assert.deepEqual(await store.stsPolicies.find(next.domain), next);
  });

  behaviour("keeps a policy for a month after its end, and no longer", async (store) => {
    for (let index = 0; index < 30; index += 1) {
      await store.stsPolicies.save(policyOf(`old${index}.example`, 0, 2 * dayMs));
    }
    await store.stsPolicies.save(policyOf("late.example", 0, 20 * dayMs));
    for (const name of ["new1.example", "new2.example", "new3.example"]) {
      await store.stsPolicies.save(policyOf(name, 40 * dayMs, 50 * dayMs));
    }
    for (const name of ["old0.example", "old29.example"]) {
      assert.equal(await store.stsPolicies.find(domainOf(name)), undefined, name);
    }
    for (const name of ["late.example", "new1.example"]) {
      assert.notEqual(await store.stsPolicies.find(domainOf(name)), undefined, name);
    }
  });
}

function policyOf(name: string, fetchedAt: number, expiresAt: number): StoredStsPolicy {
  const text = "version: STSv1\r\nmode: enforce\r\nmx: mail.example\r\nmax_age: 86400\r\n";
  return {
    domain: domainOf(name),
    policy: { id: "20260101", text, fetchedAt, expiresAt },
    failure: undefined,
  };
}
