/** A decider whose answers are data. What it was not told of waits for a first probe. */
import type { Domain } from "../../src/base/domain.ts";
import type { Decider } from "../../src/gate/decider.ts";
import type { Decision } from "../../src/rules/decision.ts";
import type { LeastTls } from "../../src/rules/rule.ts";

export class FakeDecider implements Decider {
  readonly decisions: Map<string, Decision> = new Map();
  readonly policies: Map<string, string> = new Map();
  readonly gates: Map<string, LeastTls> = new Map();

  decide(recipient: string): Decision {
    return this.decisions.get(recipient) ?? { kind: "wait", reason: "no-verdict" };
  }

  securePolicy(domain: Domain): string | undefined {
    return this.policies.get(domain);
  }

  clearGate(domain: Domain): LeastTls | undefined {
    return this.gates.get(domain);
  }
}
