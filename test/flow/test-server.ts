/** A real server on a free port: edge, accounts and login over the embedded store in a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Router } from 'express';
import { pino } from 'pino';
import { createAccounts } from '../../src/accounts/create-accounts.ts';
import type { Account, Accounts } from '../../src/accounts/index.ts';
import { createOutbox, type Outbox } from '../../src/accounts/sms/outbox.ts';
import { createAudit } from '../../src/audit/create-audit.ts';
import type { Audit } from '../../src/audit/index.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import { closeEdge, openEdge } from '../../src/http/index.ts';
import { ensureDevelopmentKeys } from '../../src/keyring/ensure-development-keys.ts';
import { openKeyring } from '../../src/keyring/open-keyring.ts';
import { createOidc, type Oidc, type OidcDeps } from '../../src/oidc/index.ts';
import type { Storage, StorageSettings } from '../../src/storage/index.ts';
import { openStorage } from '../../src/storage/open-storage.ts';

export interface TestServer {
  baseUrl: string;
  oidc: Oidc;
  accounts: Accounts;
  audit: Audit;
  storage: Storage;
  outbox: Outbox;
  /** Everything the server logged, as one text. */
  log(): string;
  close(): Promise<void>;
}

/** The real store, until `down` says that it does not answer. */
const failing = <Port extends object>(port: Port, down: () => boolean): Port =>
  new Proxy(port, {
    get(target, name) {
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (down()) return Promise.reject(new Error('the store does not answer'));
        return (member as (...given: unknown[]) => unknown).apply(target, args);
      };
    },
  });

const failingStorage = (storage: Storage, down: (part: string) => boolean): Storage =>
  new Proxy(storage, {
    get(target, name) {
      if (name === 'ephemeral') return failing(target.ephemeral, () => down('ephemeral'));
      if (name === 'collection') {
        return (spec: Parameters<Storage['collection']>[0]) =>
          failing(target.collection(spec), () => down(spec.name));
      }
      const member = Reflect.get(target, name) as unknown;
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });

export interface TestServerOptions {
  /** Collection names, or `ephemeral`, that do not answer at the moment. */
  down?(part: string): boolean;
  /** Makes the audit of the login fail when it answers true. */
  auditFails?(): boolean;
  oidc?: Partial<OidcDeps>;
  limits?: { wrongPerName?: number; wrongPerDay?: number; wrongPerAddress?: number };
  /** Default: the system's. The login library has a clock of its own. */
  clock?: Clock;
  /** Sign-in by text message, through the outbox. */
  sms?: boolean;
  smsLimits?: { minute?: number; hour?: number; address?: number };
  /** Of the address people use; default 127.0.0.1. */
  host?: 'localhost';
  trustedProxies?: string[];
  /** Engines other than the embedded ones. */
  storage?: Partial<StorageSettings>;
  /** Routes of the test's own, before the login's. */
  mount?(running: { provider: Oidc['provider']; baseUrl: string }): Router;
}

/** Cheap: these tests check the flow, not the cost of a guess. */
const quickArgon2 = { memoryCost: 1024, timeCost: 1, parallelism: 1 };

const failingAudit = (audit: Audit, fails: () => boolean): Audit => ({
  ...audit,
  append: (event) => (fails() ? Promise.reject(new Error('audit store is down')) : audit.append(event)),
});

export const startTestServer = async (options: TestServerOptions = {}): Promise<TestServer> => {
  const dir = await mkdtemp(join(tmpdir(), 'onecert-login-'));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://${options.host ?? '127.0.0.1'}:${(server.address() as AddressInfo).port}`;
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const clock = options.clock ?? systemClock;
  const keyring = await openKeyring({
    dir: join(dir, 'keys'),
    clock,
    mode: 'development',
    env: {},
    generateSecrets: true,
  });
  await ensureDevelopmentKeys(keyring, []);
  const { personalDataMaster, indexKeys, nonceSecret } = keyring.secrets;
  const realStorage = await openStorage({
    dataDir: join(dir, 'data'),
    personalDataMaster,
    indexKeys,
    clock,
    ...options.storage,
  });
  const storage = options.down ? failingStorage(realStorage, options.down) : realStorage;
  const realAudit = createAudit({ storage, keyring, clock });
  const audit = options.auditFails ? failingAudit(realAudit, options.auditFails) : realAudit;
  const outbox = createOutbox({ ephemeral: storage.ephemeral, clock });
  const accounts = createAccounts({
    ...(options.sms ? { sms: outbox } : {}),
    smsLimits: { minute: 1_000, hour: 1_000, address: 1_000, ...options.smsLimits },
    storage,
    clock,
    counterKey: nonceSecret,
    audit,
    argon2: quickArgon2,
    refusalMilliseconds: 5,
    limits: { wrongPerAddress: 100_000, wrongPerDay: 100_000, ...options.limits },
  });
  const trustedProxies = options.trustedProxies ?? [];
  const oidc = createOidc({
    baseUrl,
    storage,
    keyring,
    accounts,
    audit,
    clock,
    logger,
    mode: 'development',
    trustedProxies,
    extraScopes: ['item:driving-licence-renewal', 'wallet', 'driving-licence'],
    authorizationsPerMinute: 100_000,
    ...options.oidc,
  });
  await storage.prepare();
  const edge = { baseUrl, trustedProxies, logger };
  const app = openEdge(edge);
  if (options.mount) app.use(options.mount({ provider: oidc.provider, baseUrl }));
  app.use(oidc.appEndpoints, oidc.router, oidc.callback);
  closeEdge(app, edge);
  server.on('request', app);
  return {
    baseUrl,
    oidc,
    accounts,
    audit,
    storage,
    outbox,
    log: () => lines.join(''),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await storage.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

/** An invented person: the number's check character is right, the person is not. */
export const samplePerson = {
  name: '测试王小明',
  documentKind: '111',
  documentNumber: '330102199003076111',
  phone: '13800138001',
  proofingLevel: 2 as const,
  password: 'lake-west-42-boat',
};

export const addPerson = async (
  accounts: Accounts,
  over: Partial<typeof samplePerson & { proofingLevel: 1 | 2 | 3 }> = {},
): Promise<Account> => {
  const { password, ...person } = { ...samplePerson, ...over };
  const account = await accounts.open(person);
  await accounts.setPassword(account.id, password);
  return account;
};
