/** The public identifier of a sealed message: eight characters that logs, commands and mails name. */
import { randomBytes } from "node:crypto";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const idLength = 8;

/** Random (40 bits); the store refuses the rare second one, and Postfix tries again. */
export function drawSealedId(): string {
  return Array.from(randomBytes(idLength), (byte) => alphabet[byte & 31]).join("");
}
