#!/usr/bin/env node
/** Hands the command line to `program.ts`. The only place that ends the process by hand. */
import { MxsealError } from "../base/errors.ts";
import { runProgram } from "./program.ts";

try {
  process.exitCode = await runProgram(process.argv.slice(2), process.stdout, process.stderr);
} catch (error) {
  if (!(error instanceof MxsealError)) throw error;
  process.stderr.write(`mxseal: ${error.message}\n${error.advice}\n[${error.code}]\n`);
  process.exitCode = error.code.startsWith("MXSEAL_CONFIG") ? 2 : 3;
}
for (const stream of [process.stdout, process.stderr]) {
  // What is still on its way into a pipe would be lost with the process.
  await new Promise<void>((resolve) => void stream.write("", () => resolve()));
}
// A role that has stopped ends now: libmilter's threads would otherwise keep the process.
process.exit();
