/** A production instance as processes of its own from the sources: settings, secrets, and a TLS front played by hand. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { projectDir } from '../../src/config.ts';
import { freePort } from '../../src/tour/server-process.ts';

export const publicOrigin = 'https://id.test.example';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Result {
  exitCode: number;
  stdout: string;
  stderr: string;
}

const run = async (env: NodeJS.ProcessEnv, file: string, args: string[] = []): Promise<Result> => {
  const child = spawn(
    process.execPath,
    ['--import', join(projectDir, 'scripts/typescript.mjs'), resolve(projectDir, file), ...args],
    { cwd: projectDir, env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [exitCode] = (await once(child, 'close')) as [number];
  return { exitCode, stdout, stderr };
};

export class ProductionInstance {
  readonly dir = mkdtempSync(join(tmpdir(), 'onecert-production-'));
  readonly dataDir = join(this.dir, 'data');
  readonly keysDir = join(this.dir, 'keys');
  readonly env: NodeJS.ProcessEnv;
  readonly port: number;
  log = '';
  #server: ChildProcess | undefined;

  private constructor(port: number, settings: Record<string, unknown>) {
    this.port = port;
    const file = join(this.dir, 'config.yaml');
    const departmentsFile = join(projectDir, 'config/sample/departments.yaml');
    writeFileSync(file, stringify({ mode: 'production', departmentsFile, ...settings }));
    const secret = () => randomBytes(32).toString('base64url');
    this.env = {
      PATH: process.env.PATH,
      ONECERT_CONFIG: file,
      BASE_URL: publicOrigin,
      TRUSTED_PROXIES: 'loopback',
      PORT: String(port),
      DATA_DIR: this.dataDir,
      KEYS_DIR: this.keysDir,
      LOG_LEVEL: 'warn',
      NODE_NO_WARNINGS: '1',
      ONECERT_PERSONAL_DATA_MASTER: secret(),
      ONECERT_INDEX_KEYS: `1:${secret()}`,
      ONECERT_PAIRWISE_KEY: secret(),
      ONECERT_COOKIE_KEYS: secret(),
      ONECERT_NONCE_SECRET: secret(),
    };
  }

  static async make(settings: Record<string, unknown>): Promise<ProductionInstance> {
    return new ProductionInstance(await freePort(), settings);
  }

  onecert = (...args: string[]): Promise<Result> => run(this.env, 'src/cli/onecert.ts', args);

  /** A script of the test's own, on this instance's settings. */
  script = (file: string): Promise<Result> => run(this.env, file);

  checkConfig = (): Promise<Result> => run(this.env, 'src/main.ts', ['--check-config']);

  /** One request as the TLS front passes it on. */
  request(path: string, init: { method?: string; headers?: object; body?: string } = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: this.port,
          path,
          method: init.method ?? 'GET',
          headers: {
            host: new URL(publicOrigin).host,
            'x-forwarded-proto': 'https',
            'x-forwarded-for': '203.0.113.7',
            ...init.headers,
          },
        },
        (response) => {
          let body = '';
          response.on('data', (chunk: Buffer) => {
            body += chunk.toString();
          });
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(init.body);
    });
  }

  /** The same for what speaks `fetch`: a browser, an app's library. */
  fetch = async (target: string | URL, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(target);
    if (url.origin !== publicOrigin) throw new Error(`not this instance: ${url.origin}`);
    const { headers, method, body } = new Request(url, init);
    const sent = body === null ? undefined : await new Response(body).text();
    const answer = await this.request(`${url.pathname}${url.search}`, {
      method,
      headers: Object.fromEntries(headers),
      ...(sent === undefined ? {} : { body: sent }),
    });
    const lines = Object.entries(answer.headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    );
    const bodiless = [204, 304].includes(answer.status);
    return new Response(bodiless ? null : answer.body, { status: answer.status, headers: lines });
  };

  async start(): Promise<void> {
    const child = spawn(
      process.execPath,
      ['--import', join(projectDir, 'scripts/typescript.mjs'), join(projectDir, 'src/main.ts')],
      { cwd: projectDir, env: this.env, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#server = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.log += chunk.toString();
      });
    }
    for (let tries = 0; tries < 400; tries += 1) {
      if (child.exitCode !== null) throw new Error(`the server ended: ${this.log.slice(-2000)}`);
      const ready = await this.request('/health/ready').then(
        ({ status }) => status === 200,
        () => false,
      );
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the server was not ready within 20 s: ${this.log.slice(-2000)}`);
  }

  async stop(): Promise<void> {
    const child = this.#server;
    this.#server = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
