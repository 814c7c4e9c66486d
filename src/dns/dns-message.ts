/**
 * DNS messages of a stub resolver: one question out, one response in (RFC 1035 §4, RFC 6891).
 * Queries ask for recursion, for validation (AD, RFC 6840 §5.7) and for signed data (DO).
 *
 * Limits: UDP answers up to 1232 bytes, so that none is fragmented; more comes by TCP.
 * Security: a response counts only when id, question and direction are those of the query
 * (RFC 5452 §9.1). A message that cannot be decoded is `malformed`, never an exception.
 */
import {
  type Answer,
  AUTHENTIC_DATA,
  CHECKING_DISABLED,
  type DecodedPacket,
  DNSSEC_OK,
  decode,
  encode,
  RECURSION_DESIRED,
} from "dns-packet";
import { measureMessage } from "./dns-framing.ts";
import type { RecordType } from "./resolver.ts";

export interface DnsQuestion {
  readonly name: string;
  readonly type: RecordType;
}

export interface QueryForm {
  readonly id: number;
  /** Without EDNS for servers that do not know it (RFC 6891 §6.2.2). */
  readonly edns: boolean;
  /** Asks a validating resolver for the data even when its signatures are wrong. */
  readonly checkingDisabled: boolean;
}

export interface DnsResponse {
  readonly truncated: boolean;
  readonly recursionAvailable: boolean;
  readonly authenticData: boolean;
  /** With the upper bits of EDNS: 0 NOERROR, 1 FORMERR, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED. */
  readonly rcode: number;
  /** The answer section. */
  readonly answers: readonly Answer[];
  /** A SOA in the authority section: the mark of a negative answer (RFC 2308 §2). */
  readonly hasAuthority: boolean;
  /** Codes of RFC 8914, why a resolver failed. */
  readonly extendedErrors: readonly number[];
}

const udpPayloadBytes = 1232;
const extendedErrorOption = 15;

export function encodeQuery(question: DnsQuestion, form: QueryForm): Buffer {
  const flags =
    RECURSION_DESIRED | AUTHENTIC_DATA | (form.checkingDisabled ? CHECKING_DISABLED : 0);
  const opt: Answer = {
    type: "OPT",
    name: ".",
    udpPayloadSize: udpPayloadBytes,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: DNSSEC_OK,
    flag_do: true,
    options: [],
  };
  return encode({
    type: "query",
    id: form.id,
    flags,
    questions: [{ type: question.type, name: question.name, class: "IN" }],
    additionals: form.edns ? [opt] : [],
  });
}

/** `not-ours`: answers another query, or none, and is to be ignored. */
export function readResponse(
  bytes: Buffer,
  id: number,
  question: DnsQuestion,
): DnsResponse | "not-ours" | "malformed" {
  if (bytes.length < 12 || bytes.readUInt16BE(0) !== id) return "not-ours";
  const packet = decodePacket(bytes);
  if (packet === undefined) return "malformed";
  const response = describe(packet);
  return packet.flag_qr && answersQuestion(packet, question, response.rcode)
    ? response
    : "not-ours";
}

function decodePacket(bytes: Buffer): DecodedPacket | undefined {
  const end = measureMessage(bytes);
  if (end === undefined) return undefined;
  try {
    const packet = decode(bytes);
    // The decoder lost its place in a record that says another length than it has.
    return decode.bytes === end ? packet : undefined;
  } catch {
    // The decoder signals every fault of the bytes by an exception of no particular class.
    return undefined;
  }
}

function answersQuestion(packet: DecodedPacket, question: DnsQuestion, rcode: number): boolean {
  const [asked] = packet.questions ?? [];
  // Some servers leave the question out when they refuse (seen with FORMERR and REFUSED).
  if (asked === undefined) return rcode !== 0 && rcode !== 3;
  return (
    asked.type === question.type &&
    asked.class === "IN" &&
    asked.name.toLowerCase() === question.name.toLowerCase()
  );
}

function describe(packet: DecodedPacket): DnsResponse {
  const opt = packet.additionals?.find((record) => record.type === "OPT");
  const options: readonly { code: number; data?: Buffer | undefined }[] = opt?.options ?? [];
  return {
    truncated: packet.flag_tc,
    recursionAvailable: packet.flag_ra,
    authenticData: packet.flag_ad,
    rcode: ((opt?.extendedRcode ?? 0) << 4) | ((packet.flags ?? 0) & 0xf),
    answers: packet.answers ?? [],
    hasAuthority: (packet.authorities ?? []).some((record) => record.type === "SOA"),
    extendedErrors: options
      .filter((option) => option.code === extendedErrorOption)
      .flatMap(({ data }) => (data && data.length >= 2 ? [data.readUInt16BE(0)] : [])),
  };
}
