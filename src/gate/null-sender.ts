/**
 * Mail from the null sender to a domain that is not proven. There is nobody to give a code to, and
 * such mail quotes what others wrote: bounces return whole messages, automatic answers repeat them.
 * A real delivery report is rebuilt from its status fields; everything else is refused.
 */
import {
  parseDeliveryReport,
  rebuildDeliveryReport,
  reportBytes,
} from "../mime/delivery-report.ts";
import type { HeaderField } from "../mime/header.ts";
import type { Rewrite } from "../mime/notification-frame.ts";

/** The beginning of a body; the status part of a report stands there. */
export class ReportBody {
  readonly #parts: Buffer[] = [];
  #length = 0;

  write(bytes: Buffer): void {
    const room = reportBytes - this.#length;
    if (room <= 0) return;
    const taken = bytes.subarray(0, room);
    this.#parts.push(taken);
    this.#length += taken.length;
  }

  /** Undefined when the message is no real delivery report. `label`: for the MIME boundary. */
  rebuild(fields: readonly HeaderField[], label: string): Rewrite | undefined {
    const report = parseDeliveryReport(fields, Buffer.concat(this.#parts));
    return report === undefined ? undefined : rebuildDeliveryReport(fields, report, label);
  }
}
