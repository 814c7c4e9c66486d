/** The forms that values take in several tables of the configuration. */
import { z } from "zod";

export const endpoint: z.ZodString = z
  .string()
  .refine((text) => /^(?:\/.+|(?:\[[0-9a-fA-F:]+\]|[0-9.]+):\d{1,5})$/.test(text), {
    message: "expected ADDRESS:PORT, [IPV6]:PORT or the absolute path of a unix socket",
  });
export const tcpEndpoint: z.ZodString = endpoint.refine((text) => !text.startsWith("/"), {
  message: "expected ADDRESS:PORT or [IPV6]:PORT",
});
export const path: z.ZodString = z
  .string()
  .startsWith("/", { message: "expected an absolute path" });
export const seconds = (least: number, most: number): z.ZodNumber =>
  z.number().min(least).max(most);

/** Where plain http harms nobody: a trial on one machine. */
export function isLoopback(hostname: string): boolean {
  return /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(hostname);
}
