/** A visit of the portal whose original is read as a stream, at the reader's pace. */

const deadlineMs = 120_000;

export interface Download {
  /** As the portal announces it. */
  readonly sizeBytes: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Enters the code; the download begins when it is asked for. Rejects when the link stays shut. */
export async function openLink(link: string, code: string): Promise<() => Promise<Download>> {
  const signal = AbortSignal.timeout(deadlineMs);
  const body = new URLSearchParams({ code });
  const answer = await fetch(link, { method: "POST", body, redirect: "manual", signal });
  const location = answer.headers.get("location");
  if (location === null) throw new Error(`the code did not open the link: ${answer.status}`);
  const cookie = answer.headers.getSetCookie().map((text) => text.split(";", 1)[0]);
  const address = new URL(location, link);
  address.pathname += "/eml";
  address.search = "";
  return async () => {
    const original = await fetch(address, { headers: { cookie: cookie.join("; ") }, signal });
    const { ok, status, body: bytes, headers } = original;
    if (!ok || bytes === null) throw new Error(`the original cannot be fetched: ${status}`);
    return { sizeBytes: Number(headers.get("content-length")), bytes };
  };
}
