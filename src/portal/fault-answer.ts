/**
 * What a reader sees when something goes wrong on the way, and what the log keeps of it. The
 * text of an unexpected error is not logged: it might quote a message. Its name and stack are.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { MxsealError } from "../base/errors.ts";
import { gatherMethods } from "./allowed-methods.ts";
import { sendNotice, sendPage, settingOf } from "./answer.ts";
import { type Notice, noticePage } from "./notice-page.ts";
import type { PortalContext } from "./portal-context.ts";

export function addFaultAnswers(app: FastifyInstance, context: PortalContext): void {
  app.setErrorHandler((error, request, reply) => {
    const notice = noticeOf(error);
    logFault(context, request, error);
    return sendNotice(context, request, reply, notice);
  });
  const methodsOf = gatherMethods(app);
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsOf(request.url);
    if (allowed === undefined) return sendNotice(context, request, reply, { kind: "notFound" });
    reply.header("allow", allowed);
    const markup = noticePage(settingOf(context, request), { kind: "badRequest" });
    return sendPage(context, reply, { status: 405, markup });
  });
}

export function noticeOf(error: unknown): Notice {
  if (error instanceof MxsealError) {
    if (error.code === "MXSEAL_SEALED_DAMAGED") return { kind: "damaged" };
    if (error.code === "MXSEAL_MESSAGE_GONE") return { kind: "unknownLink" };
    return { kind: error.temporary ? "trouble" : "fault" };
  }
  const status = clientStatus(error);
  if (status === undefined) return { kind: "fault" };
  if (status === 404) return { kind: "notFound" };
  return { kind: status === 413 ? "tooLarge" : "badRequest" };
}

/** 400 to 499 where the framework blames the request. */
function clientStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("statusCode" in error)) return undefined;
  const status = error.statusCode;
  return typeof status === "number" && status >= 400 && status < 500 ? status : undefined;
}

export function logFault(context: PortalContext, request: FastifyRequest, error: unknown): void {
  if (clientStatus(error) !== undefined) return;
  const route = request.routeOptions.url ?? "none";
  if (error instanceof MxsealError) {
    const { code, message, advice } = error;
    context.log.error({ route, code, advice }, message);
    return;
  }
  const name = error instanceof Error ? error.name : typeof error;
  const stack = error instanceof Error ? stackFrames(error) : undefined;
  context.log.error({ route, error: name, stack }, "portal request failed unexpectedly");
}

function stackFrames(error: Error): string {
  return (error.stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .join("\n");
}
