/** A client of a stream server: writes what a test says, collects what comes back. */
import { connect, type Socket } from "node:net";
import { parseEndpoint } from "../../src/listen/endpoint.ts";

export class StreamClient implements AsyncDisposable {
  readonly socket: Socket;
  received = "";
  readonly closed: Promise<void>;
  #wake: () => void = () => undefined;

  static async connect(endpoint: string): Promise<StreamClient> {
    const client = new StreamClient(endpoint);
    await new Promise<void>((resolve, reject) => {
      client.socket.once("connect", resolve);
      client.socket.once("error", reject);
    });
    return client;
  }

  private constructor(endpoint: string) {
    const where = parseEndpoint(endpoint);
    this.socket = where.kind === "tcp" ? connect(where.port, where.host) : connect(where.path);
    this.socket.setEncoding("utf8");
    this.socket.on("data", (text: string) => {
      this.received += text;
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      this.socket.once("close", () => {
        resolve();
        this.#wake();
      });
    });
    this.socket.on("error", () => undefined);
  }

  send(text: string): void {
    this.socket.write(text);
  }

  /** Takes what was received as soon as it ends with `end`; rejects when the server closes. */
  async take(end: string): Promise<string> {
    while (!this.received.endsWith(end)) {
      if (this.socket.destroyed) throw new Error(`closed after ${JSON.stringify(this.received)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const taken = this.received;
    this.received = "";
    return taken;
  }

  async ask(text: string, end: string): Promise<string> {
    this.send(text);
    return this.take(end);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    await this.closed;
  }
}
