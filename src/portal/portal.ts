/**
 * The portal: an HTTP server behind the organisation's TLS proxy, or with a certificate of its own,
 * the only part of mxseal that strangers reach. It opens a message with its link and code, and does
 * with the sender's link what the sender may; it neither probes nor decides, and a stolen store opens
 * nothing. Every request is bounded in size, time and memory.
 */
import type { Server as HttpsServer } from "node:https";
import { availableParallelism } from "node:os";
import fastifyCookie from "@fastify/cookie";
import fastifyFormbody from "@fastify/formbody";
import fastify, { type FastifyInstance } from "fastify";
import { type Clock, systemClock } from "../base/clock.ts";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { replyKeyOf } from "../seal/reply-content.ts";
import { smsKeyOf } from "../seal/sms-content.ts";
import type { AttemptLimits } from "../store/attempt-limits.ts";
import type { ManageStore } from "../store/manage-store.ts";
import type { ReplyStore } from "../store/reply-store.ts";
import type { SealedStore } from "../store/sealed-store.ts";
import { addAccessLog } from "./access-log.ts";
import { answerBadAddress } from "./bad-address.ts";
import { addBodyDeadline, longestBodyMs, usualBodyMs } from "./body-deadline.ts";
import type { BrandingOptions } from "./branding.ts";
import type { ServerCertificate } from "./certificate-files.ts";
import { answerClientErrors } from "./client-error.ts";
import { ClosedSessions } from "./closed-sessions.ts";
import { addCodeRoutes } from "./code-routes.ts";
import { limitConnections } from "./connection-limit.ts";
import { addFaultAnswers } from "./fault-answer.ts";
import { refuseForeignForms } from "./foreign-form.ts";
import { HourlyCounts } from "./hourly-counts.ts";
import { KeyedGate } from "./keyed-gate.ts";
import { addManageRoutes } from "./manage-routes.ts";
import { addMessageRoutes } from "./message-routes.ts";
import type { PortalContext } from "./portal-context.ts";
import { defaultFileLimits, type FileLimits } from "./reply-limits.ts";
import { addReplyRoutes } from "./reply-routes.ts";
import { addClientNetworks } from "./request-network.ts";
import { leaveCutOff, RunningAnswers } from "./running-answers.ts";
import { securityContactUri } from "./security-txt.ts";
import { checkBrandings, type SenderBrandingOptions } from "./sender-branding.ts";
import { serverTlsOptions } from "./server-tls.ts";
import { SharedGate } from "./shared-gate.ts";
import { addStaticRoutes } from "./static-routes.ts";

export type ListenAt = { readonly host: string; readonly port: number } | { readonly path: string };

export interface PortalOptions {
  readonly store: SealedStore;
  readonly manage: ManageStore;
  readonly remembered: PortalContext["remembered"];
  /** Without it readers cannot reply. */
  readonly replies?: ReplyStore | undefined;
  /** Default: 10 files with 25 MiB altogether. */
  readonly replyFiles?: FileLimits;
  readonly keys: { readonly pepper: Buffer; readonly sessionKey: Buffer };
  /** What readers' links begin with, `https://` or (laboratory only) `http://`, without path. */
  readonly baseUrl: string;
  readonly listenAt: ListenAt;
  /** Without it the portal speaks plain HTTP, for a proxy. */
  readonly certificate?: ServerCertificate | undefined;
  /** Addresses of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  readonly branding: BrandingOptions;
  /** Of pages for messages from some domains; default: all look the same. */
  readonly senderBrandings?: readonly SenderBrandingOptions[];
  /** For security.txt: a mail address, or a URI; default: no such file. */
  readonly securityContact?: string;
  readonly log: Log;
  readonly clock?: Clock;
  /** Where new codes may go by SMS, where senders ask for it; without it nowhere. */
  readonly smsCountries?: readonly string[] | undefined;
  readonly attemptLimits: AttemptLimits;
  /** Messages up to this size are shown, larger ones are offered as a whole. */
  readonly maxShownBytes?: number;
  /** A request's body must have come by then, up to its first file; default: half a minute. */
  readonly bodyWithinMs?: number;
  /** IANA name for the times on the pages; default: the server's. */
  readonly timeZone?: string;
}

export interface Portal extends AsyncDisposable {
  /** Rejects with MXSEAL_LISTEN_FAILED. */
  listen(): Promise<void>;
  /** `http://ADDRESS:PORT`, with `https:`, or the socket's path; undefined before `listen`. */
  readonly address: string | undefined;
  /** For connections from now on; those that are open stay. Only where it began with one. */
  renewCertificate(certificate: ServerCertificate): void;
  /** Ends after the answers in flight, at most after ten seconds. */
  close(): Promise<void>;
  /** For tests that need no socket. */
  readonly app: FastifyInstance;
}

/** Two seconds of reading; memory does not grow with it. */
const defaultMaxShownBytes = 256 * 1024 * 1024;
/** Also from the connection on, for who says nothing; looked for as often as the next line says. */
const headWithinMs = 15_000;
const connectionsCheckingInterval = 5_000;
const maxConnections = 1000;
/** A house in which some twenty read at the same moment; browsers open up to six. */
const connectionsPerNetwork = 100;
const closeWithinMs = 10_000;

export async function createPortal(options: PortalOptions): Promise<Portal> {
  const context = createContext(options);
  const app = createApp(context, options.certificate);
  answerClientErrors(app.server, { ...context, answers: new RunningAnswers(app.server) });
  leaveCutOff(app);
  await app.register(fastifyCookie);
  await app.register(fastifyFormbody, { bodyLimit: 4096 });
  addClientNetworks(app, context);
  const { maxMib } = context.replyFiles;
  addBodyDeadline(app, { withinMs: options.bodyWithinMs ?? usualBodyMs, maxMib });
  addAccessLog(app, context);
  addFaultAnswers(app, context);
  refuseForeignForms(app, context);
  addStaticRoutes(app, context);
  addCodeRoutes(app, context);
  addManageRoutes(app, context);
  addMessageRoutes(app, context);
  if (context.replies !== undefined) await addReplyRoutes(app, context, context.replies);
  await app.ready();
  return servePortal(app, options.listenAt);
}

function servePortal(app: FastifyInstance, listenAt: ListenAt): Portal {
  let address: string | undefined;
  const close = (): Promise<void> => closeInTime(app);
  return {
    app,
    get address() {
      return address;
    },
    listen: async () => {
      address = await listenOn(app, listenAt);
    },
    renewCertificate: (certificate) => {
      (app.server as HttpsServer).setSecureContext(serverTlsOptions(certificate));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function createContext(options: PortalOptions): PortalContext {
  const base = new URL(options.baseUrl);
  if (base.pathname !== "/" || base.search !== "" || base.hash !== "") {
    throw new MxsealError("MXSEAL_CONFIG_INVALID", "portal.base_url must not contain a path");
  }
  const waits = { waiting: 50, waitMs: 20_000 };
  // An office behind one address is one network.
  const share = { ...waits, perNetwork: 25 };
  const clock = options.clock ?? systemClock;
  return {
    store: options.store,
    manage: options.manage,
    remembered: options.remembered,
    replies: options.replies,
    replyKey: replyKeyOf(options.keys.sessionKey),
    sms: smsSealing(options),
    ...options.keys,
    replyFiles: options.replyFiles ?? defaultFileLimits,
    attemptLimits: options.attemptLimits,
    maxShownBytes: options.maxShownBytes ?? defaultMaxShownBytes,
    secure: base.protocol === "https:",
    onUnixSocket: "path" in options.listenAt,
    trustedProxies: options.trustedProxies,
    brandings: checkBrandings(options.branding, options.senderBrandings ?? []),
    securityContact:
      options.securityContact === undefined
        ? undefined
        : securityContactUri(options.securityContact),
    origin: base.origin,
    timeZone: options.timeZone,
    clock,
    log: options.log,
    derivations: new SharedGate({ running: Math.min(4, availableParallelism()), ...share }),
    openings: new SharedGate({ running: 2, ...share }),
    // A browser opens six connections to a server, and over a proxy's HTTP/2 asks for more at once.
    messageTurns: new KeyedGate({ running: 1, waiting: 30, waitMs: 20_000 }),
    uploads: new SharedGate({ running: 10, perNetwork: 4, ...waits }),
    forms: new SharedGate({ running: 60, perNetwork: 8, ...waits }),
    lateForms: new SharedGate({ running: 20, perNetwork: 3, waiting: 0, waitMs: 0 }),
    closed: new ClosedSessions(clock),
    asks: new HourlyCounts(clock, () => ({ asked: 0, put: 0 })),
  };
}

function smsSealing({ smsCountries: countries, keys }: PortalOptions): PortalContext["sms"] {
  return countries && { key: smsKeyOf(keys.sessionKey), countries };
}

function createApp(context: PortalContext, certificate?: ServerCertificate): FastifyInstance {
  const server = { connectionsCheckingInterval, headersTimeout: headWithinMs };
  const app = fastify({
    ...(certificate === undefined
      ? { http: server, https: null }
      : { https: { ...server, ...serverTlsOptions(certificate) } }),
    logger: false,
    bodyLimit: 4096,
    requestTimeout: longestBodyMs,
    connectionTimeout: 60_000,
    keepAliveTimeout: 5_000,
    // A link with something stuck to its end still gets the page that explains links.
    routerOptions: { maxParamLength: 8000 },
    frameworkErrors: (_, request, reply) => answerBadAddress(context, request, reply),
  });
  app.server.maxConnections = maxConnections;
  limitConnections(app.server, { ...context, perNetwork: connectionsPerNetwork });
  app.removeAllContentTypeParsers();
  return app;
}

async function listenOn(app: FastifyInstance, listenAt: ListenAt): Promise<string> {
  try {
    return await app.listen(listenAt);
  } catch (cause) {
    const place = "path" in listenAt ? listenAt.path : `${listenAt.host}:${listenAt.port}`;
    throw new MxsealError("MXSEAL_LISTEN_FAILED", `the portal cannot listen on ${place}`, {
      cause,
    });
  }
}

async function closeInTime(app: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), closeWithinMs);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}
