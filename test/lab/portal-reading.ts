/** A reader who has opened a message and stays: reads its page, and answers. */

const deadlineMs = 30_000;

export interface OpenReading {
  /** The message's page, in English. */
  page(): Promise<string>;
  /** The status of the answer; 303 when the reply is stored. */
  reply(text: string, number: number): Promise<number>;
  /** The same with files. */
  replyWith(text: string, number: number, files: readonly File[]): Promise<number>;
}

/** Rejects when the code does not open the link. */
export async function openReading(link: string, code: string): Promise<OpenReading> {
  const answer = await fetch(link, {
    method: "POST",
    body: new URLSearchParams({ code }),
    redirect: "manual",
    signal: AbortSignal.timeout(deadlineMs),
  });
  const location = answer.headers.get("location");
  if (location === null) throw new Error(`the code did not open the link: ${answer.status}`);
  const cookie = answer.headers.getSetCookie().map((text) => text.split(";", 1)[0]);
  const { origin, pathname } = new URL(location, link);
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${origin}${pathname}${path}`, {
      ...init,
      headers: { cookie: cookie.join("; ") },
      redirect: "manual",
      signal: AbortSignal.timeout(deadlineMs),
    });
  return {
    page: async () => (await ask("?lang=en")).text(),
    reply: async (text, number) => {
      const body = new URLSearchParams({ text, number: String(number) });
      const { status } = await ask("/reply", { method: "POST", body });
      return status;
    },
    replyWith: async (text, number, files) => {
      const body = new FormData();
      body.append("number", String(number));
      body.append("text", text);
      for (const file of files) body.append("files", file);
      const { status } = await ask("/reply", { method: "POST", body });
      return status;
    },
  };
}
