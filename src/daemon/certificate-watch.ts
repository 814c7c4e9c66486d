/**
 * Keeps the portal's certificate new: looks at its files once a second and hands on a pair that has
 * changed. One that cannot be used changes nothing; it is logged when it stands for a second look,
 * because a renewal writes two files, one after the other.
 */
import { stat } from "node:fs/promises";
import type { Clock } from "../base/clock.ts";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { LogLimit } from "../base/log-limit.ts";
import {
  type CertificatePaths,
  readCertificate,
  type ServerCertificate,
} from "../portal/certificate-files.ts";
import { namesHost } from "./certificate-host.ts";

export interface CertificateWatchParts {
  readonly paths: CertificatePaths;
  /** Of readers' links; a certificate without it is taken, because a proxy may be content with it. */
  readonly host: string | undefined;
  readonly take: (certificate: ServerCertificate) => void;
  readonly clock: Clock;
  readonly log: Log;
}

export const certificateLookEveryMs: number = 1000;
/** ACME clients renew a month before the end. */
export const expiresSoonMs: number = 14 * 86_400_000;
const faultEveryMs = 10 * 60_000;
const warnEveryMs = 86_400_000;

export class CertificateWatch {
  readonly #parts: CertificateWatchParts;
  readonly #faults: LogLimit;
  readonly #warnings: LogLimit;
  #current: ServerCertificate;
  /** What the files were like when they were last taken; undefined: look into them. */
  #seen: string | undefined;
  #failed = false;

  private constructor(parts: CertificateWatchParts, current: ServerCertificate, seen: string) {
    this.#parts = parts;
    this.#faults = new LogLimit(parts.clock, faultEveryMs);
    this.#warnings = new LogLimit(parts.clock, warnEveryMs);
    this.#current = current;
    this.#seen = seen;
  }

  /** Hands on the first pair. Rejects with MXSEAL_CERTIFICATE_UNUSABLE. */
  static async start(parts: CertificateWatchParts): Promise<CertificateWatch> {
    const seen = await look(parts.paths);
    const current = await readCertificate(parts.paths, parts.clock.now());
    parts.take(current);
    return new CertificateWatch(parts, current, seen);
  }

  /** One look. */
  async tick(): Promise<void> {
    const seen = await look(this.#parts.paths);
    if (seen !== this.#seen) await this.#renew(seen);
    this.#warnOfEnd();
    this.#warnOfName();
  }

  async #renew(seen: string): Promise<void> {
    const { paths, clock, log, take } = this.#parts;
    try {
      const next = await readCertificate(paths, clock.now());
      take(next);
      this.#current = next;
      this.#seen = seen;
      this.#failed = false;
      const expiresAt = next.leaf.validToDate.toISOString();
      log.info({ certificate: paths.certificate, expiresAt }, "the portal has a new certificate");
    } catch (error) {
      if (!(error instanceof MxsealError)) throw error;
      if (this.#failed && this.#faults.passes(error.message)) {
        const { code, advice } = error;
        const text = `the old certificate stays in force: ${error.message}`;
        log.error({ code, advice }, text);
      }
      // Looked into again although nothing changes: one that is not valid yet will be.
      this.#seen = undefined;
      this.#failed = true;
    }
  }

  #warnOfEnd(): void {
    const { paths, clock, log } = this.#parts;
    const end = this.#current.leaf.validToDate;
    const leftMs = end.getTime() - clock.now();
    if (leftMs > expiresSoonMs) return;
    const fields = { certificate: paths.certificate, expiresAt: end.toISOString() };
    if (leftMs <= 0) {
      const text = "the portal's certificate has expired: browsers refuse it; renew it now";
      if (this.#warnings.passes("expired")) log.error(fields, text);
    } else if (this.#warnings.passes("soon")) {
      log.warn(fields, "the portal's certificate expires soon; see that it is renewed");
    }
  }

  #warnOfName(): void {
    const { paths, host, log } = this.#parts;
    if (host === undefined || namesHost(this.#current.leaf, host)) return;
    if (!this.#warnings.passes("name")) return;
    const text = `the portal's certificate does not name ${host}: browsers that come to it refuse it`;
    log.warn({ certificate: paths.certificate }, text);
  }
}

/** Changes with every change of content, owner, mode or link. */
async function look({ certificate, privateKey }: CertificatePaths): Promise<string> {
  const files = await Promise.all([trace(certificate), trace(privateKey)]);
  return files.join(" ");
}

function trace(path: string): Promise<string> {
  return stat(path, { bigint: true }).then(
    ({ dev, ino, size, mtimeNs, ctimeNs }) => [dev, ino, size, mtimeNs, ctimeNs].join(":"),
    () => "unseen",
  );
}
