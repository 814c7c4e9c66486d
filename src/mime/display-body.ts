/** The text body of a stranger's message made fit for display. */
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** Lines and tabs stay, other control characters go, line ends become LF. */
export function displayBody(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(controls, "");
}
