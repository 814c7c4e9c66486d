/** A visit of the portal without a browser: link, code, original. */

const deadlineMs = 30_000;

export interface Visit {
  /** The page behind the code. */
  readonly page: string;
  /** The original message as it was sealed. */
  readonly original: Buffer;
}

/** Rejects when the code does not open the link. */
export async function openSealed(link: string, code: string): Promise<Visit> {
  const answer = await fetch(link, {
    method: "POST",
    body: new URLSearchParams({ code }),
    redirect: "manual",
    signal: AbortSignal.timeout(deadlineMs),
  });
  const location = answer.headers.get("location");
  if (location === null) throw new Error(`the code did not open the link: ${answer.status}`);
  const cookie = answer.headers.getSetCookie().map((text) => text.split(";", 1)[0]);
  const request = {
    headers: { cookie: cookie.join("; ") },
    signal: AbortSignal.timeout(deadlineMs),
  };
  const address = new URL(location, link);
  const page = await (await fetch(address, request)).text();
  address.pathname += "/eml";
  address.search = "";
  const original = await fetch(address, request);
  if (!original.ok) throw new Error(`the original cannot be fetched: ${original.status}`);
  return { page, original: Buffer.from(await original.arrayBuffer()) };
}
