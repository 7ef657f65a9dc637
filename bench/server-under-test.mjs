// A server in a process of its own, ended by its id, with a sampler inside.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const sampler = new URL('process-sampler.mjs', import.meta.url).href;
const startLimitMs = 60_000;
const running = new Set();

/** Ends every server this run started, at once: for an interrupted run. */
export const killServers = () => {
  for (const child of running) child.kill('SIGKILL');
};

export class ServerUnderTest {
  #child;
  #log = '';

  /** `entry`: the script; `ready`: the address that answers 200 when it is up. */
  constructor({ entry, ready, env }) {
    this.entry = fileURLToPath(entry);
    this.ready = ready;
    this.env = { ...process.env, NODE_NO_WARNINGS: '1', ...env };
  }

  /** Resolves with the milliseconds from the start of the process to the first good answer. */
  async start() {
    const started = performance.now();
    const child = spawn(process.execPath, ['--import', sampler, this.entry], {
      env: this.env,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    running.add(child);
    this.#child = child;
    child.once('exit', () => running.delete(child));
    child.stderr.on('data', (chunk) => {
      this.#log = `${this.#log}${chunk}`.slice(-2000);
    });
    while (performance.now() - started < startLimitMs) {
      if (child.exitCode !== null) break;
      const answers = await fetch(this.ready).then(
        (response) => response.arrayBuffer().then(() => response.ok),
        () => false,
      );
      if (answers) return performance.now() - started;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await this.stop();
    throw new Error(`${this.entry} did not start: ${this.#log}`);
  }

  /** CPU (user and system) and memory of the process, told by itself. */
  async sample() {
    const answer = once(this.#child, 'message', { signal: AbortSignal.timeout(10_000) });
    this.#child.send('sample');
    const [{ sample }] = await answer;
    return sample;
  }

  cpu = async () => (await this.sample()).cpuMs;

  async stop() {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const tooLong = setTimeout(() => child.kill('SIGKILL'), 12_000);
    await ended;
    clearTimeout(tooLong);
  }
}
