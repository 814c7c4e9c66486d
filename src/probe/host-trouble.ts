/**
 * Which findings are trouble that a rest helps, in short words for people: whatever leaves a
 * server unknown because of the server. What this machine lacks (a route, a free socket, time)
 * is nothing the server would recover from.
 */
import type { Finding } from "../base/verdict.ts";

const wordsOf: Readonly<Record<string, string>> = {
  "no-answer-in-time": "no answer in time",
  "connection-lost": "it closed the connection",
  "not-smtp": "it did not speak SMTP",
  "tls-interrupted": "the TLS handshake broke off",
};
/** Of the reasons why there was no connection, those that lie with the host. */
const hostReasons: readonly string[] = [
  "refused",
  "reset",
  "no answer",
  "the host cannot be reached",
];

/** Undefined: no reason to leave the server in peace. */
export function describeTrouble({ code, facts = [] }: Finding): string | undefined {
  if (code === "connection-failed") return hostReasons.find((reason) => reason === facts[0]);
  if (code === "greeting-refused") return facts[0];
  if (code === "try-again-later") return facts[1];
  return wordsOf[code];
}
