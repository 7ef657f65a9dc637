import { freePort } from '../../src/tour/server-process.ts';
import { type RunningApp, startApp } from './start-app.ts';

/** A sandbox in this process, on a folder and port of its own. */
export const startSandbox = async (env: NodeJS.ProcessEnv = {}): Promise<RunningApp> =>
  startApp({ ONECERT_KIND: 'sandbox', ONECERT_SANDBOX_PORT: String(await freePort()), ...env });
