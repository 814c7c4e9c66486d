/**
 * What the listeners ask on every lookup. Answered from memory, never waiting (Postfix's qmgr asks
 * one recipient at a time); implemented by `gate/decision-memory.ts`.
 */
import type { Domain } from "../base/domain.ts";
import type { Decision } from "../rules/decision.ts";
import type { LeastTls } from "../rules/rule.ts";

export interface Decider {
  /** `recipient`: the address as Postfix sent it, in any case, with extension, quoted or not. */
  decide(recipient: string): Decision;
  /** The policy mxseal-secure must enforce for mail to this domain; undefined: not proven now. */
  securePolicy(domain: Domain): string | undefined;
  /** Least TLS while some allow rule holds for the domain or an address in it and it is failed. */
  clearGate(domain: Domain): LeastTls | undefined;
}
