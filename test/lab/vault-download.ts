/** A visit of the portal whose original is read as a stream, at the reader's pace. */

const deadlineMs = 120_000;

export interface Download {
  /** As the portal announces it. */
  readonly sizeBytes: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** What a reader may fetch who has opened a message. */
export interface OpenedLink {
  page(): Promise<string>;
  original(): Promise<Download>;
  /** `number`: from 1. */
  file(number: number): Promise<Download>;
}

/** Enters the code. Rejects when the link stays shut. */
export async function openLink(link: string, code: string): Promise<OpenedLink> {
  const signal = AbortSignal.timeout(deadlineMs);
  const body = new URLSearchParams({ code });
  const answer = await fetch(link, { method: "POST", body, redirect: "manual", signal });
  const location = answer.headers.get("location");
  if (location === null) throw new Error(`the code did not open the link: ${answer.status}`);
  const cookie = answer.headers.getSetCookie().map((text) => text.split(";", 1)[0]);
  const get = async (path: string): Promise<Response> => {
    const address = new URL(location, link);
    address.pathname += path;
    address.search = "";
    const found = await fetch(address, { headers: { cookie: cookie.join("; ") }, signal });
    if (!found.ok) throw new Error(`${path} cannot be fetched: ${found.status}`);
    return found;
  };
  return {
    page: async () => (await get("")).text(),
    original: async () => downloadOf(await get("/eml")),
    file: async (number) => downloadOf(await get(`/part/${number}`)),
  };
}

function downloadOf({ body, headers }: Response): Download {
  if (body === null) throw new Error("a download without bytes");
  return { sizeBytes: Number(headers.get("content-length")), bytes: body };
}
