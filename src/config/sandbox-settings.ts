/** The settings of the sandbox 沙箱: derived from its province's, so that one file serves both, in one process or two. */
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../config.ts';

const text = z.string().min(1);

export const sandboxSchema = z.strictObject({
  /** Run it in the province's own process, on a port of its own. */
  enabled: z.boolean(),
  /** Default: the province's port + 1. */
  port: z.coerce.number().int().min(1).max(65535).optional(),
  /** Public origin. Without `enabled`: where it runs as a process of its own. */
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Default: <dataDir>/sandbox. */
  dataDir: text.optional(),
  /** Default: <sandbox.dataDir>/keys. */
  keysDir: text.optional(),
  /** Sample people and registers. Default: those of the project. */
  sampleDir: text.optional(),
  /** File with the token that lets the province register apps there. Default: <sandbox.dataDir>/registration-token. */
  registrationTokenFile: text.optional(),
});

export interface SandboxSettings {
  enabled: boolean;
  port: number;
  /** Undefined: there is no sandbox. */
  baseUrl: string | undefined;
  dataDir: string;
  keysDir: string;
  sampleDir: string;
  registrationTokenFile: string;
}

export interface ProvinceSettings {
  kind: 'province' | 'sandbox';
  mode: 'development' | 'production';
  port: number;
  baseUrl: string;
  dataDir: string;
  keysDir: string;
  trustedProxies: readonly string[];
}

/** Fills in what was left out. Faults are reported only where a sandbox is wanted. */
export const completeSandbox = (
  given: z.infer<typeof sandboxSchema>,
  province: ProvinceSettings,
  absolute: (path: string) => string,
  faults: string[],
): SandboxSettings => {
  const runsHere = given.enabled || province.kind === 'sandbox';
  const port = given.port ?? Math.min(province.port + 1, 65535);
  const { protocol, hostname } = new URL(province.baseUrl);
  const besides = `http://${protocol === 'http:' ? hostname : 'localhost'}:${port}`;
  const origin = given.baseUrl === undefined ? undefined : new URL(given.baseUrl);
  const dataDir = given.dataDir ? absolute(given.dataDir) : join(province.dataDir, 'sandbox');
  const keysDir = given.keysDir ? absolute(given.keysDir) : join(dataDir, 'keys');
  const baseUrl = origin?.origin ?? (runsHere ? besides : undefined);
  if (origin && (origin.pathname !== '/' || origin.search || origin.hash || origin.username))
    faults.push('sandbox.baseUrl: must be an origin without path, query or user');
  if (baseUrl === province.baseUrl) faults.push('sandbox.baseUrl: must not be the address of the province');
  if (baseUrl?.startsWith('http:') && province.mode === 'production')
    faults.push('sandbox.baseUrl: production needs an https origin for its sandbox');
  if (runsHere) {
    if (province.port === 0 && given.port === undefined)
      faults.push('sandbox.port: port 0 has none next to it; name one, or set ONECERT_SANDBOX=false');
    if (given.enabled && port === province.port) faults.push('sandbox.port: is the port of the province');
    if (baseUrl?.startsWith('https:') && province.trustedProxies.length === 0)
      faults.push('trustedProxies: an https sandbox needs its TLS front named here');
    if (dataDir === province.dataDir) faults.push('sandbox.dataDir: is the folder of the province');
    if (keysDir === province.keysDir) faults.push('sandbox.keysDir: is the folder of the province');
  }
  return {
    enabled: given.enabled && province.kind === 'province',
    port,
    baseUrl,
    dataDir,
    keysDir,
    sampleDir: absolute(given.sampleDir ?? 'config/sample'),
    registrationTokenFile: given.registrationTokenFile
      ? absolute(given.registrationTokenFile)
      : join(dataDir, 'registration-token'),
  };
};

/**
 * The whole configuration of the sandbox: the province's types, items and limits; sample people, sample adapters, an
 * embedded store and keys of its own. It sends nothing out and asks nobody's register.
 */
export const sandboxConfig = (province: Config): Config => {
  const { sandbox } = province;
  const { baseUrl, port, dataDir, keysDir, sampleDir } = sandbox;
  if (baseUrl === undefined) throw new TypeError('there is no sandbox');
  return Object.freeze({
    ...province,
    kind: 'sandbox',
    baseUrl,
    port,
    dataDir,
    keysDir,
    mongodbUrl: undefined,
    redisUrl: undefined,
    departmentsFile: province.departmentsFile ?? join(sampleDir, 'departments.yaml'),
    placesFile: province.placesFile ?? join(sampleDir, 'places.yaml'),
    sample: { enabled: true, dir: sampleDir, apps: false },
    registers: { adapter: 'file' },
    population: { adapter: 'file' },
    face: { adapter: 'sample' },
    digitalCertificates: undefined,
    sms: { ...province.sms, adapter: 'outbox' },
    // Apps there were not reviewed: what may be reached for the province's own is not for them.
    outgoing:
      province.mode === 'production'
        ? { ...province.outgoing, hosts: [], insecureHosts: [] }
        : province.outgoing,
    audit: { ...province.audit, outsideFile: join(dataDir, 'audit-checkpoints.jsonl') },
    sandbox: { ...sandbox, enabled: false, baseUrl: undefined },
  } as const);
};
