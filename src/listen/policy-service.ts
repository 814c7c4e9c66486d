/** Postfix's policy requests on a stream: framing from `wire/`, decisions from the gate. */
import type { Log } from "../base/log.ts";
import type { Decision } from "../rules/decision.ts";
import {
  dunno,
  encodePolicyAction,
  type PolicyRequest,
  PolicyRequestParser,
} from "../wire/policy-delegation.ts";
import { policyAction } from "./reply.ts";
import { StreamServer, type StreamServerOptions } from "./stream-server.ts";

export interface PolicyCheck {
  /** Undefined: nothing to say (DUNNO). A promise may take as long as RCPT may wait. */
  check(request: PolicyRequest): Decision | undefined | Promise<Decision>;
}

export function listenPolicy(
  gate: PolicyCheck,
  options: StreamServerOptions,
  log: Log,
): Promise<StreamServer<PolicyRequest>> {
  const protocol = {
    name: "policy",
    createParser: () => new PolicyRequestParser(),
    answer: (request: PolicyRequest) => answer(gate, request),
  };
  return StreamServer.listen(protocol, options, log);
}

function answer(gate: PolicyCheck, request: PolicyRequest): string | Promise<string> {
  const decision = gate.check(request);
  return decision instanceof Promise ? decision.then(encode) : encode(decision);
}

function encode(decision: Decision | undefined): string {
  return encodePolicyAction(decision === undefined ? dunno : policyAction(decision));
}
