/** `mxseal config check`: reads the configuration as `serve` would and tries what it names. */
import { access, constants, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Command } from "commander";
import { MxsealError } from "../base/errors.ts";
import type { Config } from "../config/config.ts";
import { readLogo } from "../config/logo-file.ts";
import { linkHost, namesHost } from "../daemon/certificate-host.ts";
import { certificatePaths } from "../daemon/certificate-paths.ts";
import { expiresSoonMs } from "../daemon/certificate-watch.ts";
import { findDisagreements } from "../daemon/postfix-agreement.ts";
import { checkSmsProgram } from "../notify/sms-program.ts";
import { readTokenFile } from "../notify/token-file.ts";
import { readCertificate } from "../portal/certificate-files.ts";
import { loadCaFile } from "../probe/ca-file.ts";
import { loadPortalKeys, loadSealKeys } from "../seal/key-files.ts";
import { print } from "./print.ts";
import type { ProgramContext } from "./program.ts";

/** What was looked at, and undefined or what is wrong with it. */
interface Check {
  readonly what: string;
  readonly fault: string | undefined;
  /** A hint stops nothing. */
  readonly hint?: boolean;
}

export function addConfigCommand(program: Command, context: ProgramContext): void {
  const config = program.command("config").description("look at the configuration");
  config
    .command("check")
    .description("read the configuration and try the files and directories it names")
    .action(() => checkConfiguration(context));
}

const whyLinked = {
  imprint_url: "the pages link to no imprint, which the law asks of operators in Germany",
  privacy_url: "the pages link to no privacy notice, which the GDPR asks for",
  accessibility_url:
    "no page says how accessible the portal is, which the law asks of public bodies and of services to consumers",
  security_contact: "nobody learns where to report a weakness; there is no security.txt",
} as const;

async function checkConfiguration(context: ProgramContext): Promise<void> {
  const { config, path } = context.configuration();
  const checks = [
    { what: `configuration ${path ?? "(defaults; no file)"}`, fault: undefined },
    await checkCaFile(config),
    await checkStore(config),
    ...(await checkKeys(config)),
    await checkMilterDirectory(config),
    ...checkDomains(config),
    checkPortal(config),
    ...checkPortalLinks(config),
    ...checkProxies(config),
    ...checkRedirect(config),
    ...(await checkSmsHook(config)),
    ...(await checkCertificate(config)),
    ...(await checkLogo(config)),
    ...(await checkPostfix(config)),
  ];
  await print(context.out, checks.map((check) => `${format(check)}\n`).join(""));
  if (checks.some((check) => check.fault !== undefined && check.hint !== true)) {
    context.setExitCode(2);
  }
}

function format(check: Check): string {
  if (check.fault === undefined) return `ok     ${check.what}`;
  return `${check.hint === true ? "note  " : "FAULT "} ${check.what}: ${check.fault}`;
}

async function checkCaFile(config: Config): Promise<Check> {
  const what = `tls.ca_file ${config.tls.ca_file}`;
  return { what, fault: await faultOf(() => loadCaFile(config.tls.ca_file)) };
}

async function checkStore(config: Config): Promise<Check> {
  const directory = dirname(config.store.path);
  const what = `store.path ${config.store.path}`;
  return {
    what,
    fault: await faultOf(async () => {
      await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
      const file = await stat(config.store.path).catch(() => undefined);
      if (file !== undefined) await access(config.store.path, constants.R_OK | constants.W_OK);
    }),
  };
}

async function checkKeys(config: Config): Promise<readonly Check[]> {
  const { directory } = config.keys;
  const seal = await faultOf(() => loadSealKeys(directory));
  const portal = await faultOf(() => loadPortalKeys(directory));
  if (seal !== undefined && portal !== undefined && (await isEmpty(directory))) {
    const fault = "no keys yet; `mxseal serve` makes them at its first start";
    return [{ what: `keys.directory ${directory}`, fault, hint: true }];
  }
  return [
    { what: `keys ${directory}/seal.key`, fault: seal },
    { what: `keys ${directory}/portal.key`, fault: portal },
  ];
}

async function isEmpty(directory: string): Promise<boolean> {
  const files = await Promise.allSettled([
    stat(`${directory}/seal.key`),
    stat(`${directory}/portal.key`),
  ]);
  return files.every((file) => file.status === "rejected");
}

async function checkMilterDirectory(config: Config): Promise<Check> {
  const directory = dirname(config.listen.milter);
  const fault = await faultOf(() => access(directory, constants.W_OK | constants.X_OK));
  return { what: `listen.milter ${config.listen.milter}`, fault };
}

function checkDomains(config: Config): readonly Check[] {
  const { local, routed, own_remote: ownRemote } = config.domains;
  const all = [...local, ...routed, ...ownRemote];
  const twice = all.filter((domain, index) => all.indexOf(domain) !== index);
  const checks: Check[] = [
    {
      what: "domains",
      fault: twice.length > 0 ? `in more than one list: ${twice.join(", ")}` : undefined,
    },
  ];
  if (local.length + ownRemote.length === 0) {
    const fault = "local and own_remote are empty: nobody can be sent a code, nothing is sealed";
    checks.push({ what: "domains", fault, hint: true });
  }
  return checks;
}

function checkPortal(config: Config): Check {
  const { base_url: baseUrl } = config.portal;
  if (baseUrl !== undefined) return { what: `portal.base_url ${baseUrl}`, fault: undefined };
  const fault = "needed for links; until it is set nothing is sealed";
  return { what: "portal.base_url (not set)", fault, hint: true };
}

/**
 * A site for the public needs them in Germany (§ 5 DDG; Art. 13 GDPR; § 7 BITV 2.0, § 14 BFSG); only
 * a hint elsewhere.
 */
function checkPortalLinks({ portal }: Config): readonly Check[] {
  const keys = ["imprint_url", "privacy_url", "accessibility_url", "security_contact"] as const;
  const missing = keys.filter((key) => portal[key] === undefined);
  return missing.map((key) => ({
    what: `portal.${key} (not set)`,
    fault: whyLinked[key],
    hint: true,
  }));
}

/** Only a proxy asks at loopback, and without X-Forwarded-For all readers are one network. */
function checkProxies({ portal }: Config): readonly Check[] {
  const isInside = /^(?:\/|127\.|\[::1\])/.test(portal.listen);
  if (portal.base_url === undefined || !isInside || portal.trusted_proxies.length > 0) return [];
  const fault = "behind a proxy all readers count as one network: wrong codes of one pause all";
  return [{ what: "portal.trusted_proxies (empty)", fault, hint: true }];
}

/** Who types the host's name alone comes over http first, in most browsers. */
function checkRedirect({ portal }: Config): readonly Check[] {
  const { certificate, listen, redirect_listen: redirectListen } = portal;
  if (redirectListen !== undefined) {
    return [{ what: `portal.redirect_listen ${redirectListen}`, fault: undefined }];
  }
  if (certificate === undefined || !listen.endsWith(":443")) return [];
  const fault = "who comes over http finds nothing; set it to port 80 beside portal.listen";
  return [{ what: "portal.redirect_listen (not set)", fault, hint: true }];
}

/** Not whether it sends: that costs money, and `mxseal sms test` tells. */
async function checkSmsHook({ sms }: Config): Promise<readonly Check[]> {
  const { hook, token_file: tokenFile } = sms;
  if (hook === undefined) return [];
  const isProgram = hook.startsWith("/");
  const fault = isProgram ? await faultOf(() => checkSmsProgram(hook)) : undefined;
  const checks: Check[] = [{ what: `sms.hook ${hook}`, fault }];
  if (tokenFile !== undefined) {
    const what = `sms.token_file ${tokenFile}`;
    checks.push({ what, fault: await faultOf(() => readTokenFile(tokenFile)) });
  }
  return checks;
}

async function checkCertificate(config: Config): Promise<readonly Check[]> {
  const paths = certificatePaths(config);
  if (paths === undefined) return [];
  const what = `portal.certificate ${paths.certificate}`;
  let endsAt = Number.POSITIVE_INFINITY;
  let fault = await faultOf(async () => {
    const { leaf } = await readCertificate(paths, Date.now());
    endsAt = leaf.validToDate.getTime();
    const host = linkHost(config);
    if (host === undefined || namesHost(leaf, host)) return;
    const text = `does not name ${host}, the host of portal.base_url.`;
    throw new MxsealError("MXSEAL_CERTIFICATE_UNUSABLE", text);
  });
  if (fault !== undefined || endsAt - Date.now() > expiresSoonMs) return [{ what, fault }];
  fault = `expires on ${new Date(endsAt).toISOString()}; see that it is renewed`;
  return [{ what, fault, hint: true }];
}

async function checkLogo(config: Config): Promise<readonly Check[]> {
  const paths = config.template.flatMap(({ logo }) => logo ?? []);
  const check = async (path: string): Promise<Check> => {
    return { what: `template.logo ${path}`, fault: await faultOf(() => readLogo(path)) };
  };
  return Promise.all(paths.map(check));
}

async function checkPostfix(config: Config): Promise<readonly Check[]> {
  const disagreements = await findDisagreements(config);
  const what = `Postfix in ${config.postfix.config_directory}`;
  if (disagreements === undefined) {
    const fault = "has no service mxseal-secure, or cannot be asked";
    return [{ what, fault, hint: true }];
  }
  if (disagreements.length === 0) return [{ what, fault: undefined }];
  return disagreements.map(({ key, fault, isHint = false }) => ({
    what: key,
    fault,
    hint: isHint,
  }));
}

async function faultOf(attempt: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    if (error instanceof MxsealError) return `${error.message} ${error.advice}`;
    if (error instanceof Error && "code" in error) return error.message;
    throw error;
  }
}
