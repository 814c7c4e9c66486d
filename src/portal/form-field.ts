/** One field of a form that was sent; what strangers send has any shape. */

/** "" for anything but one field of that name. */
export function formField(body: unknown, name: string): string {
  const value = valueOf(body, name);
  return typeof value === "string" ? value : "";
}

/** Whether something stands in a field of that name, or in several. */
export function isFilled(body: unknown, name: string): boolean {
  const value = valueOf(body, name);
  return [value].flat().some((one) => typeof one === "string" && one !== "");
}

function valueOf(body: unknown, name: string): unknown {
  if (typeof body !== "object" || body === null) return undefined;
  return Object.getOwnPropertyDescriptor(body, name)?.value;
}
