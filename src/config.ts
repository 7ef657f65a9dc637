/**
 * Configuration: config/default.yaml, then the file of the mode, then ONECERT_CONFIG, then the environment.
 * Unknown keys are errors, all faults are reported together, and nothing else in src reads process.env.
 */
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { countersSchema } from './config/counter-settings.ts';
import { completeIssuing, profileFaults } from './config/issuing-profile.ts';
import { keyringSchema } from './config/keyring-settings.ts';
import { pdfFontSchema } from './config/pdf-font.ts';
import {
  completeSandbox,
  type SandboxSettings,
  sandboxConfig,
  sandboxSchema,
} from './config/sandbox-settings.ts';
import { isHostEntry } from './outgoing/index.ts';

export { type SandboxSettings, sandboxConfig } from './config/sandbox-settings.ts';

/** The folder that holds package.json: src/ and dist/ are both one below it. */
export const projectDir = resolve(dirname(fileURLToPath(import.meta.url)), '..');

const text = z.string().min(1);
const localText = z.strictObject({ zh: text, en: text });

const hosts = z.array(z.string().refine(isHostEntry, 'must be host or host:port')).default([]);

const attestedBy = z.strictObject({
  /** JWK set of attesters' public keys. */
  keysFile: text.optional(),
  /** PEM: the authorities that certify attesters. */
  authoritiesFile: text.optional(),
});
const namesSomebody = (one: { keysFile?: unknown; authoritiesFile?: unknown }): boolean =>
  (one.keysFile ?? one.authoritiesFile) !== undefined;

const schema = z.strictObject({
  mode: z.enum(['development', 'production']),
  /** The province itself, or its sandbox as a process of its own. */
  kind: z.enum(['province', 'sandbox']),
  sandbox: sandboxSchema,
  port: z.coerce.number().int().min(0).max(65535),
  /** Interface to listen on; loopback unless said otherwise. */
  host: text,
  /** Public origin, no path. Default: http://localhost:<port>. */
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  dataDir: text,
  /** Folder of a local authority: this server then speaks TLS itself (`npm start -- --phone`). Refused in production. */
  localTls: text.optional(),
  /** Default: keys/ beside the default data folder, else <dataDir>/keys. */
  keysDir: text.optional(),
  keyring: keyringSchema,
  mongodbUrl: z.url({ protocol: /^mongodb(\+srv)?$/ }).optional(),
  redisUrl: z.url({ protocol: /^rediss?$/ }).optional(),
  /** Addresses or CIDR blocks of proxies whose X-Forwarded-* are believed. Empty: none. */
  trustedProxies: z.array(text),
  /** Requests made because an app named an address: keys, back-channel logout and their like. */
  outgoing: z
    .strictObject({
      /** `host` or `host:port` that may be reached though it lies inside, and over http. */
      hosts,
      /** PEM of further authorities that may vouch for a host. */
      caFile: text.optional(),
      /** Hosts whose certificate is not checked at all. Refused in production. */
      insecureHosts: hosts,
    })
    .default({ hosts: [], insecureHosts: [] }),
  /** Routes for W3C's test suites, with test keys of their own (docs/vc-api.md). Refused in production. */
  vcApi: z.boolean().default(false),
  certificatesDir: text,
  /** The departments that issue: id, credit code, names, region, types. */
  departmentsFile: text.optional(),
  /** Which city an address is in, for scan to sign in. Default: none is known. */
  placesFile: text.optional(),
  province: z.strictObject({ name: localText }),
  sample: z.strictObject({
    /** Load the invented province at the first start. Refused in production. */
    enabled: z.boolean(),
    dir: text,
    /** Start the sample apps of examples/ beside the server. */
    apps: z.boolean(),
  }),
  registers: z.strictObject({
    adapter: z.enum(['file', 'http', 'none']),
    /** Of adapter http, by register id: the department's address, and a file with the token it asks for. */
    http: z
      .record(
        z.string().regex(/^[a-z][a-z0-9-]*$/),
        z.strictObject({
          url: z.url({ protocol: /^https?$/ }),
          tokenFile: text.optional(),
          /** PEM files: our client certificate and its key, and whose certificate the register must have. */
          tls: z.strictObject({ certFile: text, keyFile: text, caFile: text }).optional(),
        }),
      )
      .optional(),
  }),
  population: z.strictObject({
    /** Whom the register says a person is when she opens an account. file: the sample. none: no account is opened. */
    adapter: z.enum(['file', 'http', 'none']),
    url: z.url({ protocol: /^https?$/ }).optional(),
    /** File with a bearer token. */
    tokenFile: text.optional(),
  }),
  face: z.strictObject({
    /** sample: a click in place of a camera. none: level 3 is reached at a counter alone. */
    adapter: z.enum(['sample', 'none']),
  }),
  /** Level 3 by a digital certificate. Absent: not connected. */
  digitalCertificates: z
    .strictObject({
      /** PEM: the authorities whose certificates count. */
      authoritiesFile: text,
      /** Attribute of the subject that holds the document number: a short name, or an OID in dots. */
      numberAttribute: text.default('serialNumber'),
      /** Who says whether a certificate was revoked; without an answer nothing is proved. */
      revocation: z.strictObject({ url: z.url({ protocol: /^https?$/ }), tokenFile: text.optional() }),
    })
    .optional(),
  sms: z.strictObject({
    /** outbox: messages stay on the page /dev/outbox. none: nothing is sent, and SMS is no way of signing in. */
    adapter: z.enum(['outbox', 'none']),
    /** Country codes beside +86 that messages are sent to. */
    prefixes: z.array(z.string().regex(/^\+[1-9]\d{0,4}$/)).default([]),
  }),
  /** Mail to the contacts of apps. */
  mail: z.strictObject({
    /** outbox: mails stay on the page /dev/mails. http: the province's own mail service. none: nothing is sent. */
    adapter: z.enum(['outbox', 'http', 'none']),
    url: z.url({ protocol: /^https?$/ }).optional(),
    /** File with a bearer token. */
    tokenFile: text.optional(),
  }),
  /** Dynamic client registration (RFC 7591): nobody, who has an initial access token, anybody. */
  clientRegistration: z.strictObject({
    mode: z.enum(['off', 'token', 'open']),
    /** Scopes a client that registers itself may have. */
    scopes: z.array(text),
    /** Also the implicit response types, for the Foundation's dynamic profile. Refused in production. */
    implicit: z.boolean(),
  }),
  counters: countersSchema,
  pdfFont: pdfFontSchema,
  log: z.strictObject({ level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']) }),
  audit: z.strictObject({
    /** Signed checkpoints are appended here, outside the store. Default: <dataDir>/audit-checkpoints.jsonl. */
    outsideFile: text.optional(),
    checkpointMinutes: z.number().min(1).max(1440),
  }),
  credentials: z.strictObject({
    /** Most device keys in one credential request. */
    batchSize: z.number().int().min(2).max(50),
    offerMinutes: z.number().int().min(1).max(10_080),
    /** SD-JWT VCs, status lists and signed metadata carry the X.509 certificate of their key. */
    x5c: z.boolean(),
    /** Who may vouch for the keys of wallets. Absent: nobody, and nobody needs to. */
    keyAttestation: attestedBy
      .extend({
        /** Refuse keys that nobody vouches for. */
        required: z.boolean().default(false),
      })
      .refine(namesSomebody, 'needs keysFile or authoritiesFile')
      .optional(),
    /** Who may vouch for wallets that authenticate by attestation. Absent: no wallet does. */
    walletAttestation: attestedBy.refine(namesSomebody, 'needs keysFile or authoritiesFile').optional(),
    /** haip: OpenID4VC High Assurance Interoperability Profile 1.0, for the whole instance. */
    profile: z.literal('haip').optional(),
  }),
});

type FileConfig = z.infer<typeof schema>;

export interface Config extends Omit<FileConfig, 'baseUrl' | 'keysDir' | 'audit' | 'sandbox'> {
  baseUrl: string;
  keysDir: string;
  sandbox: SandboxSettings;
  audit: { outsideFile: string; checkpointMinutes: number };
}

/** All faults of a configuration at once; `message` is ready to print. */
export class ConfigError extends Error {
  readonly faults: string[];
  constructor(faults: string[]) {
    super(`The configuration has ${faults.length} fault(s):\n${faults.map((f) => `  - ${f}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

const environmentKeys = {
  PORT: 'port',
  HOST: 'host',
  BASE_URL: 'baseUrl',
  TRUSTED_PROXIES: 'trustedProxies',
  OUTGOING_HOSTS: 'outgoing.hosts',
  OUTGOING_CA_FILE: 'outgoing.caFile',
  OUTGOING_INSECURE_HOSTS: 'outgoing.insecureHosts',
  DATA_DIR: 'dataDir',
  ONECERT_LOCAL_TLS: 'localTls',
  KEYS_DIR: 'keysDir',
  MONGODB_URL: 'mongodbUrl',
  REDIS_URL: 'redisUrl',
  LOG_LEVEL: 'log.level',
  PDF_FONT: 'pdfFont',
  COUNTER_HOLDERS_PER_HOUR: 'counters.holdersPerHour',
  COUNTER_WITHOUT_PHONE_PER_HOUR: 'counters.withoutPhonePerHour',
  ONECERT_MODE: 'mode',
  ONECERT_KIND: 'kind',
  ONECERT_SANDBOX: 'sandbox.enabled',
  ONECERT_SANDBOX_PORT: 'sandbox.port',
  ONECERT_SANDBOX_BASE_URL: 'sandbox.baseUrl',
  ONECERT_SAMPLE: 'sample.enabled',
  ONECERT_SAMPLE_APPS: 'sample.apps',
  ONECERT_CLIENT_REGISTRATION_IMPLICIT: 'clientRegistration.implicit',
  ONECERT_CLIENT_REGISTRATION: 'clientRegistration.mode',
} as const;

/** Settings the environment gives as words with commas between. */
const lists: ReadonlySet<string> = new Set(['trustedProxies', 'outgoing.hosts', 'outgoing.insecureHosts']);

const plainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const merge = (base: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> => {
  const out = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = out[key];
    out[key] = plainObject(below) && plainObject(value) ? merge(below, value) : value;
  }
  return out;
};

const readYaml = (file: string, faults: string[]): Record<string, unknown> => {
  try {
    const value: unknown = parseYaml(readFileSync(file, 'utf8'));
    if (value === null) return {};
    if (plainObject(value)) return value;
    faults.push(`${file}: must be a map of settings`);
  } catch (error) {
    faults.push(`${file}: ${error instanceof Error ? error.message.split('\n')[0] : 'cannot be read'}`);
  }
  return {};
};

const fromEnvironment = (env: NodeJS.ProcessEnv): Record<string, unknown> => {
  let out: Record<string, unknown> = {};
  for (const [name, path] of Object.entries(environmentKeys)) {
    const value = env[name];
    if (value === undefined || value === '') continue;
    const typed = lists.has(path)
      ? value.split(',').map((entry) => entry.trim())
      : value === 'true'
        ? true
        : value === 'false'
          ? false
          : value;
    const nested = path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), typed);
    out = merge(out, nested as Record<string, unknown>);
  }
  return out;
};

/** What `mode: production` refuses, besides what the keyring refuses itself (root key present, weak permissions). */
const productionFaults = (config: FileConfig & { baseUrl: string }): string[] => {
  const faults: string[] = [];
  if (config.sample.enabled) faults.push('sample.enabled: sample people are refused in production');
  if (config.vcApi)
    faults.push('vcApi: signs whatever it is given, with a test key, and is refused in production');
  if (config.localTls)
    faults.push(
      'localTls: a certificate of its own (--phone) is for trying out and is refused in production',
    );
  if (config.sample.apps) faults.push('sample.apps: the sample apps are refused in production');
  if (config.clientRegistration.mode === 'open')
    faults.push('clientRegistration.mode: production registers nobody unasked; use token or off');
  if (config.registers.adapter === 'file') {
    faults.push('registers.adapter: file registers are a sample adapter and are refused in production');
  }
  for (const [id, { url }] of Object.entries(config.registers.http ?? {})) {
    const { protocol, hostname } = new URL(url);
    if (protocol !== 'https:' && !['127.0.0.1', '[::1]', 'localhost'].includes(hostname))
      faults.push(`registers.http.${id}.url: production asks registers over https only`);
  }
  if (config.population.adapter === 'file')
    faults.push('population.adapter: the file list is a sample adapter and is refused in production');
  if (config.population.url?.startsWith('http:'))
    faults.push('population.url: production asks the population register over https only');
  if (config.digitalCertificates?.revocation.url.startsWith('http:'))
    faults.push('digitalCertificates.revocation.url: production asks over https only');
  if (config.face.adapter === 'sample')
    faults.push('face.adapter: the sample proves no face and is refused in production');
  if (config.sms.adapter === 'outbox')
    faults.push('sms.adapter: the outbox is a sample adapter and is refused in production');
  if (config.mail.adapter === 'outbox')
    faults.push('mail.adapter: the outbox is a sample adapter and is refused in production');
  if (config.mail.url?.startsWith('http:'))
    faults.push('mail.url: production hands mails over by https only');
  if (config.clientRegistration.implicit)
    faults.push(
      'clientRegistration.implicit: tokens in an address are for the conformance suite alone (RFC 9700 §2.1.2)',
    );
  if (config.outgoing.insecureHosts.length > 0)
    faults.push('outgoing.insecureHosts: production checks every certificate; name an authority in caFile');
  if (!config.departmentsFile)
    faults.push('departmentsFile: production needs the list of issuing departments');
  if (!config.baseUrl.startsWith('https://')) faults.push('baseUrl: production needs an https issuer');
  return faults;
};

/** Reads, merges and checks everything. Throws ConfigError with every fault. */
export const readConfig = (env: NodeJS.ProcessEnv = process.env): Config => {
  const faults: string[] = [];
  const configDir = join(projectDir, 'config');
  let merged = readYaml(join(configDir, 'default.yaml'), faults);
  const own = env.ONECERT_CONFIG ? readYaml(resolve(env.ONECERT_CONFIG), faults) : {};
  const mode = env.ONECERT_MODE || own.mode || merged.mode;
  if (mode === 'development') merged = merge(merged, readYaml(join(configDir, 'development.yaml'), faults));
  merged = merge(merge(merged, own), fromEnvironment(env));

  const parsed = schema.safeParse(merged);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      if (issue.code === 'unrecognized_keys') {
        for (const key of issue.keys) faults.push(`${[...issue.path, key].join('.')}: unknown setting`);
      } else {
        faults.push(`${issue.path.join('.')}: ${issue.message}`);
      }
    }
    throw new ConfigError(faults);
  }
  const file = parsed.data;
  const baseUrl = (file.baseUrl ?? `http://localhost:${file.port}`).replace(/\/$/, '');
  const url = new URL(baseUrl);
  if (url.pathname !== '/' || url.search || url.hash || url.username) {
    faults.push('baseUrl: must be an origin without path, query or user, like https://id.example.gov.cn');
  }
  if (file.localTls && url.protocol !== 'https:') faults.push('localTls: needs an https baseUrl');
  if (url.protocol === 'https:' && file.trustedProxies.length === 0 && !file.localTls) {
    faults.push(
      'trustedProxies: this server speaks plain HTTP, so an https issuer needs its TLS front named here',
    );
  }
  if ((file.registers.adapter === 'http') !== (file.registers.http !== undefined)) {
    faults.push('registers.http: belongs to adapter http, and adapter http needs it');
  }
  if ((file.population.adapter === 'http') !== (file.population.url !== undefined)) {
    faults.push('population.url: belongs to adapter http, and adapter http needs it');
  }
  if ((file.mail.adapter === 'http') !== (file.mail.url !== undefined)) {
    faults.push('mail.url: belongs to adapter http, and adapter http needs it');
  }
  faults.push(...profileFaults(file.credentials));
  if (file.port === 0 && !file.baseUrl) faults.push('port: 0 needs a baseUrl');
  if (file.mode === 'production') faults.push(...productionFaults({ ...file, baseUrl }));

  const absolute = (path: string): string => (isAbsolute(path) ? path : resolve(projectDir, path));
  const dataDir = absolute(file.dataDir);
  const keysDir = file.keysDir
    ? absolute(file.keysDir)
    : dataDir === join(projectDir, 'data')
      ? join(projectDir, 'keys')
      : join(dataDir, 'keys');
  const known = { ...file, baseUrl: url.origin, dataDir, keysDir };
  const sandbox = completeSandbox(file.sandbox, known, absolute, faults);
  if (faults.length > 0) throw new ConfigError(faults);
  const config: Config = Object.freeze({
    ...file,
    baseUrl: url.origin,
    dataDir,
    keysDir,
    localTls: file.localTls && absolute(file.localTls),
    certificatesDir: absolute(file.certificatesDir),
    departmentsFile: file.departmentsFile && absolute(file.departmentsFile),
    ...(file.digitalCertificates && {
      digitalCertificates: {
        ...file.digitalCertificates,
        authoritiesFile: absolute(file.digitalCertificates.authoritiesFile),
      },
    }),
    credentials: completeIssuing(file.credentials, absolute),
    placesFile: file.placesFile && absolute(file.placesFile),
    outgoing: { ...file.outgoing, caFile: file.outgoing.caFile && absolute(file.outgoing.caFile) },
    sample: { ...file.sample, dir: absolute(file.sample.dir) },
    audit: {
      outsideFile: file.audit.outsideFile
        ? absolute(file.audit.outsideFile)
        : join(dataDir, 'audit-checkpoints.jsonl'),
      checkpointMinutes: file.audit.checkpointMinutes,
    },
    sandbox,
  });
  return config.kind === 'sandbox' ? sandboxConfig(config) : config;
};
