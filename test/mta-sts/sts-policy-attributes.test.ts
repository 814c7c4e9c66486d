import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { MtaStsReport } from "../../src/base/verdict.ts";
import { formatStsPolicyAttributes } from "../../src/mta-sts/sts-policy-attributes.ts";

const policy: MtaStsReport = {
  id: "1",
  mode: "enforce",
  mx: ["*.example.net", "mx.example.com"],
  maxAgeSeconds: 604_800,
  fetchedAt: 0,
  kept: false,
};
const proven = { domain: "example.com", policy, hosts: ["mx1.example.net"] };

describe("the MTA-STS attributes of a Postfix policy", () => {
  it("name the proven hosts as patterns and quote the policy for reports", () => {
    assert.equal(
      formatStsPolicyAttributes(proven),
      "policy_type=sts policy_domain=example.com mx_host_pattern=mx1.example.net " +
        "{ policy_string = version: STSv1 } { policy_string = mode: enforce } " +
        "{ policy_string = mx: *.example.net } { policy_string = mx: mx.example.com } " +
        "{ policy_string = max_age: 604800 }",
    );
  });

  it("name each host once, and no host that only a published pattern covers", () => {
    const text = formatStsPolicyAttributes({
      ...proven,
      hosts: ["b.example", "a.example", "b.example"],
    });
    const patterns = text.match(/mx_host_pattern=\S+/g);
    assert.deepEqual(patterns, ["mx_host_pattern=b.example", "mx_host_pattern=a.example"]);
  });

  for (const mode of ["testing", "none"] as const) {
    it(`are left out when the mode is ${mode}: Postfix would enforce it`, () => {
      assert.equal(formatStsPolicyAttributes({ ...proven, policy: { ...policy, mode } }), "");
    });
  }

  it("are left out when no host is proven", () => {
    assert.equal(formatStsPolicyAttributes({ ...proven, hosts: [] }), "");
  });

  it("leave a very long policy out of the reports, but none of the hosts", () => {
    const mx = Array.from({ length: 256 }, (_, index) => `mx${index}.example`);
    const text = formatStsPolicyAttributes({ ...proven, policy: { ...policy, mx } });
    assert.equal(text, "policy_type=sts policy_domain=example.com mx_host_pattern=mx1.example.net");
  });
});
