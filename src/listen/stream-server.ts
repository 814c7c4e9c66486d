/**
 * Listens on one TCP address or unix socket for clients that keep their connection open and ask
 * now and then. Every smtp, smtpd and qmgr process of Postfix holds one, so several hundred idle
 * connections are normal and none is ever closed for being idle.
 *
 * Limits: beyond `maxConnections` new ones are closed at once; Postfix tries again later.
 * Security: no authentication; reach is limited by the loopback address or the socket's mode 0660.
 * Diagnostics: MXSEAL_LISTEN_FAILED when the address cannot be had.
 */
import { createServer, type ListenOptions, type Server, type Socket } from "node:net";
import { systemClock } from "../base/clock.ts";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { LogLimit } from "../base/log-limit.ts";
import { formatEndpoint, parseEndpoint } from "./endpoint.ts";
import { StreamConnection, type StreamProtocol } from "./stream-connection.ts";
import { removeDeadSocket, setSocketGroup, withSocketMode } from "./unix-socket.ts";
import { WriteBatch } from "./write-batch.ts";

export interface StreamServerOptions {
  /** As in the configuration: `ADDRESS:PORT`, `[IPV6]:PORT` or an absolute path. */
  readonly endpoint: string;
  /** Who may connect to a unix socket: a group's name or number. */
  readonly group?: string;
  readonly maxConnections?: number;
  /** How long a peer may stop within a request, or leave its answers unread. */
  readonly stallTimeoutMs?: number;
  /** How long disposal waits for answers in the making. */
  readonly graceMs?: number;
}

const defaultMaxConnections = 2000;
const defaultStallTimeoutMs = 30_000;
const defaultGraceMs = 10_000;
const backlog = 1024;
/** Finds peers whose host is gone; does not touch a peer that is merely idle. */
const keepAliveDelayMs = 600_000;

export class StreamServer<Request> implements AsyncDisposable {
  readonly #server: Server;
  readonly #protocol: StreamProtocol<Request>;
  readonly #options: StreamServerOptions;
  readonly #log: Log;
  readonly #limit = new LogLimit(systemClock, 60_000);
  readonly #batch = new WriteBatch();
  readonly #connections = new Set<StreamConnection<Request>>();

  /** Resolves when connections are accepted. */
  static async listen<Request>(
    protocol: StreamProtocol<Request>,
    options: StreamServerOptions,
    log: Log,
  ): Promise<StreamServer<Request>> {
    const server = new StreamServer(protocol, options, log);
    await server.#bind();
    await server.#grantGroup();
    return server;
  }

  private constructor(protocol: StreamProtocol<Request>, options: StreamServerOptions, log: Log) {
    this.#protocol = protocol;
    this.#options = options;
    this.#log = log;
    this.#server = createServer(
      { noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveDelayMs },
      (socket) => this.#accept(socket),
    );
    this.#server.maxConnections = options.maxConnections ?? defaultMaxConnections;
    this.#server.on("drop", () => this.#warn("too many connections, one was refused"));
  }

  /** The address in use, in the form of the configuration; names the port chosen for port 0. */
  get endpoint(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") return address ?? this.#options.endpoint;
    return formatEndpoint({ kind: "tcp", host: address.address, port: address.port });
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    const closed = [...this.#connections].map((connection) => connection.closed);
    for (const connection of this.#connections) connection.finish();
    const grace = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
    }, this.#options.graceMs ?? defaultGraceMs);
    await Promise.all([stopped, ...closed]);
    clearTimeout(grace);
  }

  async #bind(): Promise<void> {
    const endpoint = parseEndpoint(this.#options.endpoint);
    if (endpoint.kind === "tcp") {
      await this.#open({ host: endpoint.host, port: endpoint.port, backlog });
      return;
    }
    await removeDeadSocket(endpoint.path);
    await withSocketMode(() => this.#open({ path: endpoint.path, backlog }));
  }

  async #grantGroup(): Promise<void> {
    const { endpoint, group } = this.#options;
    if (group === undefined || !endpoint.startsWith("/")) return;
    try {
      await setSocketGroup(endpoint, group);
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Binds a unix socket before it returns, so that the caller's umask holds for it. */
  #open(where: ListenOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = (cause: Error): void => {
        const message = `cannot listen on ${this.#options.endpoint}: ${cause.message}`;
        reject(new MxsealError("MXSEAL_LISTEN_FAILED", message, { cause }));
      };
      this.#server.once("error", refuse);
      this.#server.listen(where, () => {
        this.#server.off("error", refuse);
        this.#server.on("error", (error) => this.#warn(`cannot accept: ${error.message}`));
        resolve();
      });
    });
  }

  #accept(socket: Socket): void {
    const connection = new StreamConnection(socket, this.#protocol, {
      stallTimeoutMs: this.#options.stallTimeoutMs ?? defaultStallTimeoutMs,
      batch: this.#batch,
      log: this.#log,
    });
    this.#connections.add(connection);
    socket.once("close", () => this.#connections.delete(connection));
  }

  #warn(text: string): void {
    if (this.#limit.passes(text)) this.#log.warn({ service: this.#protocol.name }, text);
  }
}
