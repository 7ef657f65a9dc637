import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Logger } from '../log.ts';
import type { Apps } from '../oidc/index.ts';

/** The sample apps of examples/, each an app like any other: registered, with a secret, on a port of its own. */
const samples = [
  {
    id: 'portal',
    folder: 'examples/portal',
    name: '一网通办（示例门户） Sample portal',
    scopes: ['openid', 'profile', 'item:driving-licence-renewal'],
  },
  {
    id: 'department',
    folder: 'examples/department',
    name: '公安交管（示例部门应用） Sample traffic police app',
    scopes: ['openid', 'profile', 'item:driving-licence-renewal'],
  },
  {
    id: 'office',
    folder: 'examples/office',
    name: '政务工作台（浙政钉示例） Sample office',
    scopes: ['openid', 'profile', 'office'],
  },
] as const;

interface Registration {
  port: number;
  clientId: string;
  clientSecret: string;
}

export interface SampleApp {
  id: string;
  url: string;
  stop(): void;
}

export interface SampleAppsDeps {
  apps: Apps;
  baseUrl: string;
  dataDir: string;
  projectDir: string;
  /** PATH of the children. */
  path: string | undefined;
  /** A port that is somebody else's, though it may be free yet. */
  notOn?: number | undefined;
  logger: Logger;
}

const listen = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen(port, '127.0.0.1', () => {
      const { port: got } = probe.address() as { port: number };
      probe.close(() => resolve(got));
    });
  });

/** The wanted port when it is free, else any. */
const freePort = async (wanted: number, notOn: number | undefined): Promise<number> =>
  (wanted === notOn ? undefined : await listen(wanted)) ?? (await listen(0))!;

const register = async (
  deps: SampleAppsDeps,
  sample: (typeof samples)[number],
  port: number,
): Promise<Registration> => {
  const origin = `http://localhost:${port}`;
  const added = await deps.apps.add({
    client_name: sample.name,
    redirect_uris: [`${origin}/callback`],
    post_logout_redirect_uris: [`${origin}/`],
    scope: [...sample.scopes].join(' '),
    pkce: 'required',
  });
  return { port, clientId: added.clientId, clientSecret: added.clientSecret! };
};

/** Starts them beside the server; they end with it. A taken port means another port and a new registration. */
export const startSampleApps = async (deps: SampleAppsDeps): Promise<SampleApp[]> => {
  const file = join(deps.dataDir, 'sample-apps.json');
  const known: Record<string, Registration> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const ownPort = Number(new URL(deps.baseUrl).port || 3000);
  const firstPort = ownPort + (deps.notOn === ownPort + 1 ? 2 : 1);
  const started: { sample: (typeof samples)[number]; registration: Registration }[] = [];
  for (const [offset, sample] of samples.entries()) {
    const before = known[sample.id];
    const port = await freePort(before?.port ?? firstPort + offset, deps.notOn);
    const registration = before?.port === port ? before : await register(deps, sample, port);
    known[sample.id] = registration;
    started.push({ sample, registration });
  }
  writeFileSync(file, `${JSON.stringify(known, null, 2)}\n`, { mode: 0o600 });
  const urlOf = (id: string): string => `http://localhost:${known[id]!.port}/`;
  return started.map(({ sample, registration }) => {
    const child: ChildProcess = spawn(process.execPath, [join(deps.projectDir, sample.folder, 'server.js')], {
      env: {
        PATH: deps.path,
        NODE_NO_WARNINGS: '1',
        ISSUER: deps.baseUrl,
        CLIENT_ID: registration.clientId,
        CLIENT_SECRET: registration.clientSecret,
        PORT: String(registration.port),
        PORTAL_URL: urlOf('portal'),
        DEPARTMENT_URL: urlOf('department'),
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.once('error', (error) =>
      deps.logger.warn({ err: error, app: sample.id }, 'the sample app did not start'),
    );
    return { id: sample.id, url: urlOf(sample.id), stop: () => child.kill('SIGTERM') };
  });
};
