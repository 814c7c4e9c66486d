/**
 * The thread that probes, so that lookups are answered meanwhile. It stores each verdict before it
 * reports it: what could not be stored is not acted on, and mail waits.
 */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { MxsealError } from "../base/errors.ts";
import type { Config } from "../config/config.ts";
import { loadConfig, parseConfig } from "../config/load.ts";
import { recordVerdict } from "../gate/record-verdict.ts";
import { probe } from "../probe/probe.ts";
import { openStore } from "../store/sqlite/open-store.ts";
import type { Store } from "../store/store.ts";
import { ProbeSetup } from "./probe-setup.ts";
import type { ProbeReply, ProbeTask, ProbeWorkerData } from "./probe-task.ts";

class ProbeWorker {
  readonly #port: MessagePort;
  readonly #config: Config;
  readonly #setup: ProbeSetup;
  #store: Promise<Store> | undefined;

  constructor(port: MessagePort, config: Config) {
    this.#port = port;
    this.#config = config;
    this.#setup = new ProbeSetup(config, {
      find: async (domain) => (await this.#openStore()).stsPolicies.find(domain),
      save: async (policy) => (await this.#openStore()).stsPolicies.save(policy),
    });
  }

  listen(): void {
    this.#port.on("message", (task: ProbeTask) => {
      // A rejection is a bug: it ends the worker, and every probe in it is reported as not done.
      void this.#work(task).then((reply) => this.#port.postMessage(reply));
    });
  }

  async #work({ id, domain, fresh }: ProbeTask): Promise<ProbeReply> {
    try {
      const verdict = await probe(domain, await this.#setup.options({ fresh }));
      const store = await this.#openStore();
      return { id, kind: "verdict", recorded: await recordVerdict(store.verdicts, verdict) };
    } catch (error) {
      if (!(error instanceof MxsealError)) throw error;
      return { id, kind: "error", code: error.code, message: error.message };
    }
  }

  /** Tried again with the next probe when it failed: a full disk may have room by then. */
  #openStore(): Promise<Store> {
    this.#store ??= openStore(this.#config.store.path).catch((error: unknown) => {
      this.#store = undefined;
      throw error;
    });
    return this.#store;
  }
}

if (parentPort === null) throw new Error("probe-worker.ts runs in a worker thread");
const { configPath } = workerData as ProbeWorkerData;
const config =
  configPath === undefined ? parseConfig("", "defaults") : await loadConfig(configPath);
new ProbeWorker(parentPort, config).listen();
