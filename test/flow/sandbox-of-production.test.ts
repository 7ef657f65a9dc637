import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type App, buildApp } from '../../src/app.ts';
import { projectDir, readConfig } from '../../src/config.ts';
import { type Core, openCore } from '../../src/core.ts';
import { createLogger } from '../../src/log.ts';

const origin = 'https://sandbox.test.example';
const secretVariable = 'ONECERT_PAIRWISE_KEY';

let dir: string;
let core: Core;
let app: App;
let server: Server;
const before = process.env[secretVariable];
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'onecert-sandbox-'));
  // The province's own: a sandbox that read it would not start.
  process.env[secretVariable] = 'not a key';
  const config = readConfig({
    ONECERT_CONFIG: join(projectDir, 'config/production.example.yaml'),
    ONECERT_KIND: 'sandbox',
    ONECERT_SANDBOX_BASE_URL: origin,
    ONECERT_SANDBOX_PORT: '3001',
    DATA_DIR: dir,
  });
  // The example names a file of the operator's.
  const departmentsFile = join(projectDir, 'config/sample/departments.yaml');
  core = await openCore(
    { ...config, departmentsFile, placesFile: undefined },
    { logger: createLogger('fatal') },
  );
  app = await buildApp(core);
  server = createServer(app.express);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}, 60_000);
afterAll(async () => {
  if (before === undefined) delete process.env[secretVariable];
  else process.env[secretVariable] = before;
  await new Promise((resolve) => server.close(resolve));
  await app.close();
  rmSync(dir, { recursive: true, force: true });
});

const get = (path: string): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> =>
  new Promise((resolve, reject) => {
    const headers = {
      host: new URL(origin).host,
      accept: 'text/html',
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '203.0.113.7',
    };
    const sent = request(
      { host: '127.0.0.1', port: (server.address() as AddressInfo).port, path, headers },
      (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      },
    );
    sent.on('error', reject);
    sent.end();
  });

describe('the sandbox of a province in production', () => {
  it('has sample people, sample adapters and an embedded store, and none of the province’s secrets', async () => {
    expect(core.config).toMatchObject({ mode: 'production', kind: 'sandbox', baseUrl: origin });
    expect(core.people.length).toBeGreaterThan(5);
    expect(await core.samplePerson('lin')).toBeDefined();
    expect(core.storage.engines.documents).toBe('sqlite');
    expect(core.registers.all().map(({ adapter }) => adapter)).toContain('file (sample)');
    expect(core.registration.adapters()).toMatchObject({ face: expect.stringMatching(/sample/) });
  });

  it('is served over https with cookies that no other host and no other port share', async () => {
    const opening = await get('/open-account');
    expect(opening.status).toBe(200);
    expect(opening.text).toContain('沙箱 Sandbox');
    expect(opening.headers['strict-transport-security']).toBeDefined();
    expect(String(opening.headers['set-cookie'])).toMatch(/^__Host-onecert_opening_sandbox=.*; Secure/);
  });
});
