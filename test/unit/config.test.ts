import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError, projectDir, readConfig, sandboxConfig } from '../../src/config.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'onecert-config-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
};

const faultsOf = (env: NodeJS.ProcessEnv): string[] => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};

describe('configuration', () => {
  it('starts with nothing set: development, the sample province, loopback', () => {
    const config = readConfig({});
    expect(config.mode).toBe('development');
    expect(config.host).toBe('127.0.0.1');
    expect(config.baseUrl).toBe('http://localhost:3000');
    expect(config.sample.enabled).toBe(true);
  });

  it('keeps keys beside the default data folder, and inside any other one', () => {
    expect(readConfig({}).keysDir).toBe(join(projectDir, 'keys'));
    expect(readConfig({ DATA_DIR: '/srv/onecert' }).keysDir).toBe('/srv/onecert/keys');
    expect(readConfig({ DATA_DIR: '/srv/onecert', KEYS_DIR: '/etc/keys' }).keysDir).toBe('/etc/keys');
  });

  it('lets the environment win over a file', () => {
    const own = file('port.yaml', 'port: 4000\n');
    expect(readConfig({ ONECERT_CONFIG: own }).port).toBe(4000);
    const config = readConfig({ ONECERT_CONFIG: own, PORT: '5000' });
    expect([config.port, config.baseUrl]).toEqual([5000, 'http://localhost:5000']);
  });

  it('reports every fault at once, unknown keys included', () => {
    const own = file('bad.yaml', 'prot: 1\nport: ninety\nlog: { levle: info }\nmongodbUrl: http://x\n');
    const faults = faultsOf({ ONECERT_CONFIG: own });
    expect(faults.join('\n')).toMatch(/prot: unknown setting/);
    expect(faults.join('\n')).toMatch(/log\.levle: unknown setting/);
    expect(faults.some((fault) => fault.startsWith('port:'))).toBe(true);
    expect(faults.some((fault) => fault.startsWith('mongodbUrl:'))).toBe(true);
  });

  it('HAIP 1.0 is never the default; as a profile it means all its settings, and wants who vouches', () => {
    const { credentials } = readConfig({});
    expect([credentials.profile, credentials.x5c, credentials.walletAttestation]).toEqual([
      undefined,
      false,
      undefined,
    ]);
    const bare = file('bare.yaml', 'credentials: { profile: haip }\n');
    expect(faultsOf({ ONECERT_CONFIG: bare })).toEqual([
      expect.stringMatching(/^credentials\.walletAttestation: /),
      expect.stringMatching(/^credentials\.keyAttestation: /),
    ]);
    const by = '{ authoritiesFile: /etc/onecert/roots.pem }';
    const whole = file(
      'haip.yaml',
      `credentials: { profile: haip, walletAttestation: ${by}, keyAttestation: ${by} }\n`,
    );
    expect(readConfig({ ONECERT_CONFIG: whole }).credentials).toMatchObject({
      x5c: true,
      keyAttestation: { required: true },
    });
    const nobody = file('nobody.yaml', 'credentials: { walletAttestation: {} }\n');
    expect(faultsOf({ ONECERT_CONFIG: nobody })[0]).toMatch(/needs keysFile or authoritiesFile/);
  });

  it('refuses an issuer with a path, a query or a user', () => {
    for (const baseUrl of ['https://a.example/x', 'https://a.example/?q', 'https://u:p@a.example/']) {
      expect(faultsOf({ BASE_URL: baseUrl }).join()).toMatch(/baseUrl/);
    }
  });

  it('names a file that is missing or is not YAML', () => {
    expect(faultsOf({ ONECERT_CONFIG: join(dir, 'none.yaml') }).join()).toMatch(/none\.yaml/);
    expect(faultsOf({ ONECERT_CONFIG: file('list.yaml', '- 1\n') }).join()).toMatch(/must be a map/);
  });

  it('in production refuses samples, sample adapters, plain HTTP and missing departments, all together', () => {
    const own = file(
      'prod.yaml',
      'mode: production\nsample: { enabled: true, apps: true }\nregisters: { adapter: file }\npopulation: { adapter: file }\nface: { adapter: sample }\ndigitalCertificates: { authoritiesFile: a.pem, revocation: { url: http://ca.example } }\n',
    );
    const faults = faultsOf({ ONECERT_CONFIG: own }).join('\n');
    for (const key of [
      'sample.enabled',
      'sample.apps',
      'registers.adapter',
      'population.adapter',
      'face.adapter',
      'digitalCertificates.revocation.url',
      'baseUrl',
      'departmentsFile',
    ]) {
      expect(faults).toContain(key);
    }
  });

  it('asks for the TLS front of an https issuer, since it speaks plain HTTP itself', () => {
    expect(faultsOf({ BASE_URL: 'https://id.example' }).join()).toMatch(/trustedProxies/);
    const config = readConfig({ BASE_URL: 'https://id.example', TRUSTED_PROXIES: 'loopback,10.0.0.0/8' });
    expect(config.trustedProxies).toEqual(['loopback', '10.0.0.0/8']);
  });

  it('names no host inside that outgoing requests may reach, until the operator does', () => {
    expect(readConfig({}).outgoing.hosts).toEqual([]);
    const env = { OUTGOING_HOSTS: 'localhost:8443, apps.inside.example', OUTGOING_CA_FILE: 'ca.pem' };
    const { outgoing } = readConfig(env);
    expect([outgoing.hosts, outgoing.caFile]).toEqual([
      ['localhost:8443', 'apps.inside.example'],
      join(projectDir, 'ca.pem'),
    ]);
    expect(faultsOf({ OUTGOING_HOSTS: 'https://x.example' }).join()).toMatch(
      /outgoing\.hosts\.0: must be host/,
    );
    expect(readConfig({ OUTGOING_INSECURE_HOSTS: 'localhost' }).outgoing.insecureHosts).toEqual([
      'localhost',
    ]);
    expect(faultsOf({ ONECERT_MODE: 'production', OUTGOING_INSECURE_HOSTS: 'localhost' }).join()).toMatch(
      /outgoing\.insecureHosts/,
    );
  });

  it('accepts the production example', () => {
    const config = readConfig({ ONECERT_CONFIG: join(projectDir, 'config/production.example.yaml') });
    expect([config.mode, config.sample.enabled, config.registers.adapter]).toEqual([
      'production',
      false,
      'http',
    ]);
  });

  describe('of a sandbox', () => {
    const production = {
      ONECERT_CONFIG: join(projectDir, 'config/production.example.yaml'),
      DATA_DIR: '/srv/onecert',
      ONECERT_SANDBOX: 'true',
    };

    it('stands beside a province in development, and nowhere unasked in production', () => {
      expect(readConfig({ PORT: '4000' }).sandbox).toMatchObject({
        enabled: true,
        port: 4001,
        baseUrl: 'http://localhost:4001',
        dataDir: join(projectDir, 'data/sandbox'),
        keysDir: join(projectDir, 'data/sandbox/keys'),
      });
      expect(readConfig({ ONECERT_SANDBOX: 'false' }).sandbox.baseUrl).toBeUndefined();
      const { sandbox } = readConfig({ ...production, ONECERT_SANDBOX: '' });
      expect([sandbox.enabled, sandbox.baseUrl]).toEqual([false, undefined]);
    });

    it('takes types and limits of its province, and people, adapters, store and keys of its own', () => {
      const province = readConfig({
        ...production,
        ONECERT_SANDBOX_BASE_URL: 'https://sandbox.example.gov.cn',
        OUTGOING_HOSTS: 'app.intranet.example:8443',
      });
      expect(province.outgoing.hosts).toEqual(['app.intranet.example:8443']);
      expect(province.mongodbUrl).toBeDefined();
      const sandbox = sandboxConfig(province);
      expect(sandbox).toMatchObject({
        kind: 'sandbox',
        mode: 'production',
        baseUrl: 'https://sandbox.example.gov.cn',
        dataDir: '/srv/onecert/sandbox',
        certificatesDir: province.certificatesDir,
        departmentsFile: province.departmentsFile,
        sample: { enabled: true, apps: false },
        registers: { adapter: 'file' },
        face: { adapter: 'sample' },
        sms: { adapter: 'outbox' },
        // Apps there were not reviewed: what is open to the province's own is not to them.
        outgoing: { hosts: [] },
      });
      expect([sandbox.mongodbUrl, sandbox.redisUrl, sandbox.sandbox.baseUrl]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(sandbox.audit.outsideFile).toBe('/srv/onecert/sandbox/audit-checkpoints.jsonl');
    });

    it('is the same in the process of its province and in one of its own', () => {
      const env = { PORT: '4000', DATA_DIR: '/srv/onecert' };
      expect(readConfig({ ...env, ONECERT_KIND: 'sandbox' })).toEqual(sandboxConfig(readConfig(env)));
    });

    it('must speak https where its province is in production, at an address and in folders of its own', () => {
      expect(faultsOf(production).join()).toMatch(/sandbox\.baseUrl: production needs an https origin/);
      const wrong = file(
        'same.yaml',
        'dataDir: /srv/one\nsandbox: { port: 3000, baseUrl: "http://localhost:3000", dataDir: /srv/one, keysDir: /srv/one/keys }\n',
      );
      const faults = faultsOf({ ONECERT_CONFIG: wrong }).join('\n');
      for (const setting of ['baseUrl', 'port', 'dataDir', 'keysDir'])
        expect(faults).toContain(`sandbox.${setting}:`);
      expect(faultsOf({ ONECERT_SANDBOX_BASE_URL: 'https://sandbox.example/path' }).join()).toMatch(
        /sandbox\.baseUrl: must be an origin/,
      );
    });

    it('may run elsewhere: the province then only knows its address and a token', () => {
      const { sandbox } = readConfig({
        ONECERT_SANDBOX: 'false',
        ONECERT_SANDBOX_BASE_URL: 'https://sandbox.example.gov.cn/',
      });
      expect(sandbox).toMatchObject({ enabled: false, baseUrl: 'https://sandbox.example.gov.cn' });
    });
  });
});
