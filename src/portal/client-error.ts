/**
 * What is no HTTP request, or a larger one than the server takes, never reaches a route, and whose it
 * is is not known. It still gets a page, in both languages: a browser with too many cookies of its
 * site sends such requests, and its owner can do something about it.
 */
import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import { wordsIn } from "./catalogue.ts";
import { html } from "./html.ts";
import { securityHeaders } from "./security-headers.ts";

interface Fault {
  readonly status: string;
  readonly texts: { readonly de: string; readonly en: string };
}

const again = {
  de: wordsIn("de").notice.badRequest.paragraphs.join(" "),
  en: wordsIn("en").notice.badRequest.paragraphs.join(" "),
};
const faults: Readonly<Record<string, Fault>> = {
  HPE_HEADER_OVERFLOW: {
    status: "431 Request Header Fields Too Large",
    texts: {
      de: "Ihr Browser hat zu viel mitgeschickt, wahrscheinlich Cookies. Bitte löschen Sie die Cookies dieser Seite oder öffnen Sie den Link in einem privaten Fenster.",
      en: "Your browser sent too much, probably cookies. Please delete the cookies of this site, or open the link in a private window.",
    },
  },
  ERR_HTTP_REQUEST_TIMEOUT: { status: "408 Request Timeout", texts: again },
};
const usualFault: Fault = { status: "400 Bad Request", texts: again };

/** `secure`: readers come over https. */
export function answerClientErrors(server: Server, secure: boolean): void {
  const busy = new WeakSet<Duplex>();
  server.on("request", ({ socket }, response) => {
    busy.add(socket);
    response.once("close", () => busy.delete(socket));
  });
  server.removeAllListeners("clientError");
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // In the middle of another answer this one would become a part of it.
    if (socket.destroyed || !socket.writable || busy.has(socket)) socket.destroy();
    else {
      const answer = answerOf(faults[error.code ?? ""] ?? usualFault, secure);
      socket.end(answer, () => socket.destroy());
    }
  });
}

function answerOf({ status, texts }: Fault, secure: boolean): string {
  const { markup } = html`<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${wordsIn("de").notice.badRequest.title}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<div class="column">
<main class="card">
<h1>${wordsIn("de").notice.badRequest.title}</h1>
<p>${texts.de}</p>
<div lang="en">
<h2>${wordsIn("en").notice.badRequest.title}</h2>
<p>${texts.en}</p>
</div>
</main>
</div>
</body>
</html>
`;
  const headers = {
    ...securityHeaders("page", secure),
    "content-type": "text/html; charset=utf-8",
    "content-length": Buffer.byteLength(markup),
    connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status}`, ...lines, "", markup].join("\r\n");
}
