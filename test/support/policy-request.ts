/** Policy requests as smtpd sends them. */
import type { PolicyRequest } from "../../src/wire/policy-delegation.ts";

/** All attributes of Postfix 3.7 at RCPT, in its order; `changes` replaces or adds. */
export function policyRequestText(changes: Readonly<Record<string, string>> = {}): string {
  const attributes = {
    request: "smtpd_access_policy",
    protocol_state: "RCPT",
    protocol_name: "ESMTP",
    client_address: "127.0.0.1",
    client_name: "localhost",
    client_port: "40404",
    reverse_client_name: "localhost",
    server_address: "127.0.0.1",
    server_port: "25",
    helo_name: "client.example",
    sender: "alice@own.example",
    recipient: "bob@partner.example",
    recipient_count: "0",
    queue_id: "",
    instance: "123.456.789.0",
    size: "1000",
    etrn_domain: "",
    stress: "",
    sasl_method: "",
    sasl_username: "",
    sasl_sender: "",
    ccert_subject: "",
    ccert_issuer: "",
    ccert_fingerprint: "",
    ccert_pubkey_fingerprint: "",
    encryption_protocol: "",
    encryption_cipher: "",
    encryption_keysize: "0",
    policy_context: "",
    ...changes,
  };
  const lines = Object.entries(attributes).map(([name, value]) => `${name}=${value}\n`);
  return `${lines.join("")}\n`;
}

/** The same request as the parser gives it. */
export function policyRequest(changes: Partial<PolicyRequest> = {}): PolicyRequest {
  return {
    protocolState: "RCPT",
    clientAddress: "127.0.0.1",
    sender: "alice@own.example",
    recipient: "bob@partner.example",
    queueId: "",
    instance: "123.456.789.0",
    saslUsername: "",
    stress: "",
    ...changes,
  };
}
