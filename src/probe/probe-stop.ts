/** Ends the dialog with one address; carries what was found out. Never leaves `probe/`. */
import type { Finding } from "../base/verdict.ts";

export class ProbeStop extends Error {
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(finding.code);
    this.name = "ProbeStop";
    this.finding = finding;
  }
}
