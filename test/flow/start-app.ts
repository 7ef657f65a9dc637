import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '../../src/app.ts';
import type { Clock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { type Core, openCore } from '../../src/core.ts';
import { createLogger } from '../../src/log.ts';
import { freePort } from '../../src/tour/server-process.ts';

export interface RunningApp {
  baseUrl: string;
  core: Core;
  dataDir: string;
  /** Password of a named sample person. */
  passwordOf(id: string): string;
  stop(): Promise<void>;
}

/**
 * The real app in this process: its own folder (unless `env` names one), port and sample province; on MongoDB and Redis
 * when `env` says so.
 */
export const startApp = async (
  env: NodeJS.ProcessEnv = {},
  options: { clock?: Clock } = {},
): Promise<RunningApp> => {
  const dataDir = env.DATA_DIR ?? mkdtempSync(join(tmpdir(), 'onecert-flow-'));
  const port = await freePort();
  const config = readConfig({
    DATA_DIR: dataDir,
    PORT: String(port),
    ONECERT_SAMPLE_APPS: 'false',
    ONECERT_SANDBOX: 'false',
    ...env,
  });
  const core = await openCore(config, { logger: createLogger('fatal'), ...options });
  const app = await buildApp(core);
  const server: Server = createServer(app.express);
  await new Promise<void>((resolve) => server.listen(config.port, '127.0.0.1', resolve));
  app.ready();
  const people = JSON.parse(readFileSync(join(config.dataDir, 'sample-people.json'), 'utf8')) as {
    id: string;
    password: string;
  }[];
  return {
    baseUrl: config.baseUrl,
    core,
    dataDir,
    passwordOf: (id) => people.find((person) => person.id === id)!.password,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await app.close();
      if (dataDir !== env.DATA_DIR) rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
