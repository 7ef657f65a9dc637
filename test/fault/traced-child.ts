/** Runs a child under strace from the moment it says it is ready, with or without one fault, and says what it answered. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Every call by which a process touches files. */
export const fileCalls = [
  'openat',
  'read',
  'pread64',
  'write',
  'pwrite64',
  'fsync',
  'fdatasync',
  'ftruncate',
  'rename',
  'unlink',
  'mkdir',
  'close',
] as const;

/** Those that take room on the disk. */
export const callsThatTakeRoom: readonly string[] = [
  ...['openat', 'write', 'pwrite64', 'fsync', 'fdatasync', 'ftruncate', 'rename', 'mkdir'],
];

export interface Fault {
  call: (typeof fileCalls)[number];
  /** The n-th of this call since the acts began. */
  nth: number;
  effect: 'signal=KILL' | 'error=EIO' | 'error=ENOSPC';
}

export interface Answer {
  ready?: number;
  issued?: string;
  credential?: string | object;
  revoked?: string;
  published?: number;
  failed?: string;
  finished?: true;
}

export interface TracedRun {
  answers: Answer[];
  /** How often each call was made by the thread that works on the store. */
  counts: Map<string, number>;
  /** The engine wrote to the database what it had just failed to read from its log: libsql 0.5, docs/fault-tests.md. */
  foldedUnread: boolean;
}

/**
 * strace attaches to the main thread only: the store's driver is synchronous and works there, while threads of the
 * engine that share its file descriptors are left alone.
 */
export const runTraced = async (script: string, dir: string, fault?: Fault): Promise<TracedRun> => {
  const child = spawn(process.execPath, [script, dir], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const ended = once(child, 'close');
  child.stdin.on('error', () => undefined);
  const answers: Answer[] = [];
  const output = createInterface({ input: child.stdout });
  const ready = once(output, 'line');
  output.on('line', (line) => {
    // A line cut off by the kill was never an answer.
    if (line.endsWith('}')) answers.push(JSON.parse(line) as Answer);
  });
  await Promise.race([ready, ended]);
  const log = `${dir}.strace`;
  const strace = spawn(
    'strace',
    [
      '-y',
      '-p',
      String(child.pid),
      '-o',
      log,
      '-e',
      `trace=${fileCalls.join(',')}`,
      ...(fault ? ['-e', `inject=${fault.call}:${fault.effect}:when=${fault.nth}`] : []),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  await new Promise<void>((resolve, reject) => {
    strace.stderr.on('data', (text) => {
      said += text;
      if (said.includes('attached')) resolve();
    });
    strace.once('error', reject);
    strace.once('close', () => reject(new Error(`strace could not attach: ${said}`)));
  });
  child.stdin.write('go\n');
  // What neither dies nor ends has been stopped by the fault: a killed process is what remains of it.
  const tooLong = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await ended;
  clearTimeout(tooLong);
  if (strace.exitCode === null) await once(strace, 'close');
  const counts = new Map<string, number>();
  const lines = readFileSync(log, 'utf8').split('\n');
  for (const line of lines) {
    const call = /^(\w+)\(/.exec(line)?.[1];
    if (call) counts.set(call, (counts.get(call) ?? 0) + 1);
  }
  rmSync(log);
  const injected = lines.findIndex((line) => line.endsWith('(INJECTED)'));
  const foldedUnread =
    /^pread64\(\d+<.*-wal>/.test(lines[injected] ?? '') &&
    /^pwrite64\(\d+<.*\.db>/.test(lines[injected + 1] ?? '');
  return { answers, counts, foldedUnread };
};
