import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectDir } from '../../src/config.ts';
import { freePort, ServerProcess } from '../../src/tour/server-process.ts';
import { jsonOf, type OwnServer, ownServer } from './own-server.ts';

interface Info {
  kind: string;
  issuer: string;
  data_dir: string;
  sandbox?: { issuer: string; runs: string };
}

let own: OwnServer;
let port: number;
let sandboxUrl: string;
beforeAll(async () => {
  port = await freePort();
  sandboxUrl = `http://localhost:${port}`;
  own = await ownServer({ ONECERT_SANDBOX: 'true', ONECERT_SANDBOX_PORT: String(port) });
});
afterAll(() => own.remove());

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

/** Until it does, or the test's own time is over. */
const eventually = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
};

const rootOf = async (url: string): Promise<string> => (await fetch(`${url}/trust/root`)).text();

describe('a sandbox in the process of its province, or in one of its own', () => {
  let root: string;

  it('says which port is taken and by which setting to go on, and leaves the province running', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    await own.server.start();
    await eventually(() => own.server.log.includes('the sandbox did not start'));
    expect(own.server.log).toContain(`port ${port} is taken by another program`);
    expect(own.server.log).toMatch(/ONECERT_SANDBOX_PORT.*ONECERT_SANDBOX=false/);
    expect(await answers(own.server.baseUrl)).toBe(true);
    await own.server.stop();
    await new Promise((resolve) => other.close(resolve));
  }, 60_000);

  it('starts beside the province, is listed by onecert info, and ends with it on SIGTERM', async () => {
    await own.server.start();
    await eventually(() => answers(sandboxUrl));
    root = await rootOf(sandboxUrl);
    expect(root).not.toBe(await rootOf(own.server.baseUrl));
    const info = jsonOf<Info>(await own.server.onecert('info', '--json'));
    expect(info).toMatchObject({
      kind: 'province',
      issuer: own.server.baseUrl,
      sandbox: { issuer: sandboxUrl, runs: 'in this process' },
    });
    const busy = await own.server.onecert('sandbox', 'reset');
    expect([busy.exitCode, busy.stderr]).toEqual([2, expect.stringContaining('stop the server first')]);
    await own.server.stop('SIGTERM');
    expect([await answers(own.server.baseUrl), await answers(sandboxUrl)]).toEqual([false, false]);
    expect(own.server.log).not.toMatch(/"level":"?(50|60|error|fatal)/);
  }, 60_000);

  it('does not run when it is switched off', async () => {
    own.server.env.ONECERT_SANDBOX = 'false';
    await own.server.start();
    const info = jsonOf<Info>(await own.server.onecert('info', '--json'));
    expect(info).not.toHaveProperty('sandbox');
    expect(await answers(sandboxUrl)).toBe(false);
    await own.server.stop();
  }, 60_000);

  it('runs by the same settings as a process of its own, on the same store and keys', async () => {
    const env = { ...own.server.env, ONECERT_KIND: 'sandbox' };
    const alone = new ServerProcess(projectDir, port, own.dataDir, env);
    await alone.start();
    expect(await rootOf(sandboxUrl)).toBe(root);
    const info = jsonOf<Info>(await alone.onecert('info', '--json'));
    expect(info).toMatchObject({
      kind: 'sandbox',
      issuer: sandboxUrl,
      data_dir: join(own.dataDir, 'sandbox'),
    });
    expect(info).not.toHaveProperty('sandbox');
    await alone.stop();
  }, 60_000);

  it('is refused on the store of a province', async () => {
    const env = { ...own.server.env, ONECERT_KIND: 'sandbox', DATA_DIR: join(own.dataDir, 'none') };
    const file = join(own.dataDir, 'wrong.yaml');
    writeFileSync(
      file,
      `sandbox: { dataDir: ${own.dataDir}, baseUrl: ${own.server.baseUrl}, enabled: false }\n`,
    );
    const wrong = new ServerProcess(projectDir, port, own.dataDir, {
      ...env,
      BASE_URL: 'http://localhost:1',
      ONECERT_CONFIG: file,
    });
    await expect(wrong.start()).rejects.toThrow(/belongs to a province, and this start is for a sandbox/);
  }, 60_000);

  it('is emptied by a reset and then has a root that nobody knows yet', async () => {
    own.server.env.ONECERT_SANDBOX = 'true';
    const reset = jsonOf<{ reset: string }>(await own.server.onecert('sandbox', 'reset', '--json'));
    expect(reset.reset).toBe(join(own.dataDir, 'sandbox'));
    expect(existsSync(join(own.dataDir, 'sandbox/onecert.db'))).toBe(false);
    expect(existsSync(join(own.dataDir, 'onecert.db'))).toBe(true);
    await own.server.start();
    await eventually(() => answers(sandboxUrl));
    expect(await rootOf(sandboxUrl)).not.toBe(root);
  }, 60_000);
});
