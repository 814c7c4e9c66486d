/** One field of a form that was sent; what strangers send has any shape. */

/** "" for anything but one field of that name. */
export function formField(body: unknown, name: string): string {
  if (typeof body !== "object" || body === null) return "";
  const value: unknown = Object.getOwnPropertyDescriptor(body, name)?.value;
  return typeof value === "string" ? value : "";
}
