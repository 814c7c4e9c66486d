/** A log that keeps its lines for a test to look at. */
import type { Log, LogFields } from "../../src/base/log.ts";

export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly fields: LogFields;
  readonly text: string;
}

export class RecordingLog implements Log {
  readonly lines: LogLine[] = [];

  debug(fields: LogFields, text: string): void {
    this.lines.push({ level: "debug", fields, text });
  }

  info(fields: LogFields, text: string): void {
    this.lines.push({ level: "info", fields, text });
  }

  warn(fields: LogFields, text: string): void {
    this.lines.push({ level: "warn", fields, text });
  }

  error(fields: LogFields, text: string): void {
    this.lines.push({ level: "error", fields, text });
  }

  at(level: LogLine["level"]): readonly LogLine[] {
    return this.lines.filter((line) => line.level === level);
  }
}
