/** What is the same for everybody: landing page, closing page, style, icon, robots (RFC 9309). */
import type { FastifyInstance } from "fastify";
import { dress, sendNotice, sendPage, settingOf } from "./answer.ts";
import { textPage } from "./notice-page.ts";
import type { PortalContext } from "./portal-context.ts";
import { icon, styleSheet } from "./style-sheet.ts";

const assets: readonly (readonly [path: string, type: string, content: string])[] = [
  ["/style.css", "text/css; charset=utf-8", styleSheet],
  ["/icon.svg", "image/svg+xml", icon],
  ["/robots.txt", "text/plain; charset=utf-8", "User-agent: *\nDisallow: /\n"],
];

export function addStaticRoutes(app: FastifyInstance, context: PortalContext): void {
  app.get("/", async (request, reply) => {
    const setting = settingOf(context, request);
    const markup = textPage(setting, setting.words.landing);
    return sendPage(context, reply, { status: 200, markup });
  });
  app.get("/closed", async (request, reply) =>
    sendNotice(context, request, reply, { kind: "closed" }),
  );
  for (const [path, type, content] of assets) {
    app.get(path, async (_, reply) => {
      dress(context, reply, "asset");
      return reply.type(type).send(content);
    });
  }
}
