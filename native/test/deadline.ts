/** No test waits for ever: what does not come within this time fails, and leaves nothing running. */
const deadlineMs = 20_000;

/** A promise and the function that resolves it; rejects with what was waited for. */
export function withDeadline(what: string, prepare: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`waited too long for ${what}`)), deadlineMs);
    prepare(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
