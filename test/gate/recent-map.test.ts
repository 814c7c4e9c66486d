import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RecentMap } from "../../src/gate/recent-map.ts";
import { seededRandom } from "../support/random.ts";

describe("RecentMap", () => {
  it("keeps what was used last and never more than twice its capacity", () => {
    const random = seededRandom(21);
    const capacity = 8;
    const map = new RecentMap<number, number>(capacity);
    const values = new Map<number, number>();
    let recent: number[] = [];
    for (let round = 0; round < 20_000; round += 1) {
      const key = random.below(30);
      if (random.below(3) === 0) {
        map.set(key, round);
        values.set(key, round);
      } else {
        const value = map.get(key);
        assert.ok(value === undefined || value === values.get(key), "an older value came back");
        assert.ok(value !== undefined || !recent.includes(key), "a recent value was lost");
        if (value === undefined) continue;
      }
      recent = [key, ...recent.filter((other) => other !== key)].slice(0, capacity);
      assert.ok(map.size <= 2 * capacity);
      assert.equal(new Set(map.keys()).size, [...map.keys()].length);
    }
  });

  it("forgets a key in both generations", () => {
    const map = new RecentMap<string, number>(1);
    map.set("a", 1);
    map.set("b", 2);
    assert.equal(map.get("a"), 1);
    map.delete("a");
    assert.equal(map.get("a"), undefined);
    assert.deepEqual([...map.keys()], ["b"]);
  });
});
