import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectDir } from '../../src/config.ts';
import { freePort, ServerProcess } from '../../src/tour/server-process.ts';
import { type OwnServer, ownServer } from '../flow/own-server.ts';

describe('a start that must not go on', () => {
  let own: OwnServer;
  let dir: string;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'onecert-start-'));
    own = await ownServer();
    await own.server.start();
    await own.server.stop();
  }, 60_000);
  afterAll(async () => {
    await own.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  const port = () => Number(new URL(own.server.baseUrl).port);
  const startOn = async (dataDir: string, env: NodeJS.ProcessEnv = {}, onPort = port()): Promise<string> => {
    const server = new ServerProcess(projectDir, onPort, dataDir, { MONGODB_URL: '', REDIS_URL: '', ...env });
    await expect(server.start()).rejects.toThrow(/the server ended with 1/);
    expect(server.log).not.toMatch(/\n\s+at .*\.js:/);
    return server.log;
  };
  const copyOfData = (name: string): string => {
    cpSync(own.dataDir, join(dir, name), { recursive: true });
    return join(dir, name);
  };

  it('a corrupt data file: named, with what to do, and not overwritten', async () => {
    const data = copyOfData('corrupt');
    const bytes = readFileSync(join(data, 'onecert.db'));
    bytes.fill(0x5a, 0, 4096);
    writeFileSync(join(data, 'onecert.db'), bytes);
    expect(await startOn(data)).toContain(join(data, 'onecert.db'));
    expect(readFileSync(join(data, 'onecert.db')).equals(bytes)).toBe(true);
  });

  it("somebody else's file in its place: named, and not overwritten", async () => {
    const data = join(dir, 'foreign');
    mkdirSync(data);
    writeFileSync(join(data, 'onecert.db'), 'my holiday photos');
    expect(await startOn(data)).toContain(join(data, 'onecert.db'));
    expect(readFileSync(join(data, 'onecert.db'), 'utf8')).toBe('my holiday photos');
  });

  it('a data folder that cannot be written', async () => {
    writeFileSync(join(dir, 'a-file'), '');
    expect(await startOn(join(dir, 'a-file', 'data'))).toContain(join(dir, 'a-file'));
  });

  it("another instance's data: the issuer it belongs to is named", async () => {
    const log = await startOn(copyOfData('other-issuer'), {}, await freePort());
    expect(log).toContain(own.server.baseUrl);
  });

  it('data of other keys', async () => {
    const data = copyOfData('other-keys');
    rmSync(join(data, 'keys'), { recursive: true });
    expect(await startOn(data)).toMatch(/written with another/);
  });

  it('a configuration with faults: all of them at once', async () => {
    const config = join(dir, 'bad.yaml');
    writeFileSync(config, 'prot: 1\nhost: 7\n');
    const log = await startOn(join(dir, 'unused'), { ONECERT_CONFIG: config });
    expect(log).toMatch(/prot: unknown setting/);
    expect(log).toMatch(/host:/);
  });

  it('a port that is taken', async () => {
    const taken = await ownServer();
    await taken.server.start();
    try {
      const log = await startOn(copyOfData('taken'), { PORT: new URL(taken.server.baseUrl).port });
      expect(log).toMatch(/cannot listen/);
    } finally {
      await taken.remove();
    }
  }, 60_000);
});

describe('a stop', () => {
  it('finishes what runs and exits within ten seconds, whatever connections are idle', async () => {
    const own = await ownServer();
    await own.server.start();
    const slow = await Promise.all(
      Array.from({ length: 20 }, () => fetch(`${own.server.baseUrl}/health/live`)),
    );
    expect(slow.every((response) => response.ok)).toBe(true);
    // A front that keeps idle connections for a minute is never the second to close one.
    expect(slow[0]!.headers.get('keep-alive')).toBe('timeout=75');
    const started = performance.now();
    await own.server.stop('SIGTERM');
    expect(performance.now() - started).toBeLessThan(10_000);
    await expect(fetch(`${own.server.baseUrl}/health/live`)).rejects.toThrow();
    await own.remove();
  }, 60_000);
});
