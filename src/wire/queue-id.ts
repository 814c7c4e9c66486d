/**
 * The name of a queue file, as Postfix logs it and as the macro `i` carries it. Short names are
 * upper-case hexadecimal, long ones (postconf(5) enable_long_queue_ids) use letters without
 * vowels. A name that does not match is never handed to a command.
 */
const longest = 40;
const shape = /^(?:[0-9A-F]{6,}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,})$/;

export function isQueueId(text: string): boolean {
  return text.length <= longest && shape.test(text);
}
