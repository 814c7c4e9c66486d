/**
 * What is the same for everybody: landing page, what this is, closing page, style, icon, logo,
 * robots.txt (RFC 9309), security.txt (RFC 9116).
 */
import type { FastifyInstance } from "fastify";
import { dress, queryOf, sendNotice, sendPage, settingOf } from "./answer.ts";
import type { Branding } from "./branding.ts";
import { textPage } from "./notice-page.ts";
import type { PortalContext } from "./portal-context.ts";
import { sentAndClosedPage } from "./reply-page.ts";
import { securityTxt, securityTxtPath } from "./security-txt.ts";
import { icon, styleSheet } from "./style-sheet.ts";

const plainText = "text/plain; charset=utf-8";

interface Asset {
  readonly path: string;
  readonly type: string;
  readonly content: string | Buffer;
}

export function addStaticRoutes(app: FastifyInstance, context: PortalContext): void {
  for (const [path, name] of [
    ["/", "landing"],
    ["/about", "about"],
  ] as const) {
    app.get(path, async (request, reply) => {
      const setting = settingOf(context, request);
      return sendPage(context, reply, {
        status: 200,
        markup: textPage(setting, setting.words[name]),
      });
    });
  }
  app.get("/closed", async (request, reply) => {
    if (queryOf(request, "view") !== "sent") {
      return sendNotice(context, request, reply, { kind: "closed" });
    }
    const markup = sentAndClosedPage(settingOf(context, request));
    return sendPage(context, reply, { status: 200, markup });
  });
  for (const { path, type, content } of assetsOf(context)) {
    app.get(path, async (_, reply) => {
      dress(context, reply, "asset");
      return reply.type(type).send(content);
    });
  }
  addSecurityTxt(app, context);
}

function assetsOf({ brandings: { usual, others } }: PortalContext): readonly Asset[] {
  return [
    ...[usual, ...others].flatMap(looksOf),
    // Asked for by browsers that show something else than a page of ours.
    { path: "/favicon.ico", type: "image/svg+xml", content: icon(usual.theme.light.accent) },
    { path: "/robots.txt", type: plainText, content: "User-agent: *\nDisallow: /\n" },
  ];
}

function looksOf({ path, theme, logo }: Branding): readonly Asset[] {
  const svg = { type: "image/svg+xml", content: icon(theme.light.accent) };
  return [
    { path: `${path}/style.css`, type: "text/css; charset=utf-8", content: styleSheet(theme) },
    { path: `${path}/icon.svg`, ...svg },
    ...(logo === undefined
      ? []
      : [{ path: `${path}/logo`, type: logo.mimeType, content: logo.bytes }]),
  ];
}

function addSecurityTxt(app: FastifyInstance, context: PortalContext): void {
  const { securityContact, origin, clock } = context;
  if (securityContact === undefined) return;
  app.get(securityTxtPath, async (_, reply) => {
    dress(context, reply, "asset");
    return reply.type(plainText).send(securityTxt(securityContact, origin, clock.now()));
  });
}
