/** Started by `sms-program.test.ts`: calls the hook when it has no descriptors left, then again. */
import { closeSync, openSync } from "node:fs";
import type { PhoneNumber } from "../../src/base/phone-number.ts";
import { SmsProgram } from "../../src/notify/sms-program.ts";

const hook = new SmsProgram("/bin/cat", 20_000);
const sms = { to: "+491701234567" as PhoneNumber, text: "text", message: "4N8TCW2P" };

/** All there are. */
function takeDescriptors(): readonly number[] {
  const taken: number[] = [];
  for (;;) {
    try {
      taken.push(openSync("/dev/null", "r"));
    } catch {
      return taken;
    }
  }
}

const taken = takeDescriptors();
const without = await hook.send(sms);
for (const descriptor of taken) closeSync(descriptor);
const { kind } = await hook.send(sms);
process.stdout.write(JSON.stringify({ without, kind }));
