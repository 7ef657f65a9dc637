import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

export const freePort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};

/** A server of its own: a process, a port, a folder. Its standard error is kept for the report. */
export class ServerProcess {
  readonly baseUrl: string;
  readonly env: NodeJS.ProcessEnv;
  readonly projectDir: string;
  log = '';
  #child: ChildProcess | undefined;

  constructor(projectDir: string, port: number, dataDir: string, env: NodeJS.ProcessEnv = {}) {
    this.projectDir = projectDir;
    this.baseUrl = `http://localhost:${port}`;
    this.env = {
      ...process.env,
      PORT: String(port),
      BASE_URL: this.baseUrl,
      DATA_DIR: dataDir,
      ONECERT_SAMPLE_APPS: 'false',
      ONECERT_SANDBOX: 'false',
      LOG_LEVEL: 'warn',
      NODE_NO_WARNINGS: '1',
      ...env,
    };
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [join(this.projectDir, 'dist/main.js')], {
      env: this.env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    child.stderr.on('data', (chunk: Buffer) => {
      this.log += chunk.toString();
    });
    for (let tries = 0; tries < 600; tries += 1) {
      if (child.exitCode !== null)
        throw new Error(`the server ended with ${child.exitCode}: ${this.log.slice(-2000)}`);
      const ready = await fetch(`${this.baseUrl}/health/ready`).then(
        (r) => r.ok,
        () => false,
      );
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the server was not ready within 30 s: ${this.log.slice(-2000)}`);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** The onecert command on this server's store and keys. */
  async onecert(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    const child = spawn(process.execPath, [join(this.projectDir, 'dist/cli/onecert.js'), ...args], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
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
  }
}
