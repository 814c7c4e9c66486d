/**
 * What is no HTTP request, or a larger one than the server takes, never reaches a route, and whose it
 * is is not known. It still gets a page, in both languages: a browser with too many cookies of its
 * site sends such requests, and its owner can do something about it. What went wrong before HTTP,
 * a TLS handshake above all, is no conversation to answer in; its connection ends.
 */
import { createHash } from "node:crypto";
import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { LogLimit } from "../base/log-limit.ts";
import { wordsIn } from "./catalogue.ts";
import { Html, html } from "./html.ts";
import type { RunningAnswers } from "./running-answers.ts";
import { securityHeaders } from "./security-headers.ts";

export interface ClientErrorParts {
  readonly answers: RunningAnswers;
  /** Readers come over https. */
  readonly secure: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

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
const unreadable: Fault = { status: "400 Bad Request", texts: again };
/** The client is to read the answer, not to meet a connection that was reset under it. */
const readWithinMs = 2_000;
const toldEveryMs = 10 * 60_000;

export function answerClientErrors(server: Server, parts: ClientErrorParts): void {
  const { answers, secure, clock, log } = parts;
  const told = new LogLimit(clock, toldEveryMs);
  const answered = new WeakSet<Duplex>();
  server.removeAllListeners("clientError");
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // What comes behind the request that was answered is as little one.
    if (answered.has(socket)) return;
    const code = error.code ?? "none";
    // Who went away sent nothing.
    if (code !== "ECONNRESET" && told.passes(code))
      log.warn({ code }, "a client sent what is no request");
    const fault = faults[code] ?? (code.startsWith("HPE_") ? unreadable : undefined);
    // In the middle of another answer this one would become a part of it.
    if (fault === undefined || !socket.writable || answers.isAnswering(socket)) {
      socket.destroy();
      return;
    }
    answered.add(socket);
    const timer = setTimeout(() => socket.destroy(), readWithinMs).unref();
    socket.once("close", () => clearTimeout(timer)).once("end", () => socket.destroy());
    socket.end(answerOf(fault, secure));
  });
}

/** In place: for the sheet's address the browser would send the same cookies again. */
const style =
  "body{font:18px/1.5 system-ui,sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem}";
const styleHash = createHash("sha256").update(style).digest("base64");
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'; base-uri 'none'`;

function answerOf({ status, texts }: Fault, secure: boolean): string {
  const { markup } = html`<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${wordsIn("de").notice.badRequest.title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
<h1>${wordsIn("de").notice.badRequest.title}</h1>
<p>${texts.de}</p>
<div lang="en">
<h2>${wordsIn("en").notice.badRequest.title}</h2>
<p>${texts.en}</p>
</div>
</main>
</body>
</html>
`;
  const headers = {
    ...securityHeaders("page", secure),
    "content-security-policy": policy,
    "content-type": "text/html; charset=utf-8",
    "content-length": Buffer.byteLength(markup),
    connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status}`, ...lines, "", markup].join("\r\n");
}
