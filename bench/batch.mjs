// A batch over a whole register by the command line, as a department's operator runs it: with one process and with two,
// records alone and with the signed copy for the file; and once more killed in the middle. Each run begins on a copy of
// the same prepared store. The embedded store: a copy of a folder is what makes the runs equal.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../dist/config.js';
import { openCore } from '../dist/core.js';
import { createLogger } from '../dist/log.js';
import { writeBatchRegister } from './batch-register.mjs';
import { temporaryFolder } from './leftovers.mjs';
import { rounded } from './measure.mjs';

const command = fileURLToPath(new URL('../dist/cli/onecert.js', import.meta.url));
const usageAtExit = new URL('usage-at-exit.mjs', import.meta.url).href;
const running = new Set();
// Process groups: a worker must not outlive its command.
process.on('exit', () => {
  for (const { pid } of running) process.kill(-pid, 'SIGKILL');
});

const start = (env, args) => {
  const child = spawn(process.execPath, [command, ...args], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (text) => {
    said.out += text;
  });
  child.stderr.on('data', (text) => {
    said.err = `${said.err}${text}`.slice(-2_000);
  });
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    return code;
  });
  return { child, said, ended };
};

/** One command to its end: its answer, how long it took, and the CPU and memory of all its processes. */
const measured = async (env, args) => {
  const usageFolder = temporaryFolder();
  const before = performance.now();
  const { said, ended } = start(
    {
      ...env,
      NODE_OPTIONS: `${env.NODE_OPTIONS ?? ''} --import=${usageAtExit}`,
      BENCH_USAGE_FOLDER: usageFolder,
    },
    [...args, '--json'],
  );
  const code = await ended;
  const seconds = (performance.now() - before) / 1000;
  if (code !== 0) throw new Error(`onecert ${args.join(' ')}: exit ${code}: ${said.err}`);
  const usages = readdirSync(usageFolder).map((file) =>
    JSON.parse(readFileSync(join(usageFolder, file), 'utf8')),
  );
  return {
    answer: JSON.parse(said.out),
    seconds,
    cpuMs: usages.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    rssBytes: Math.max(...usages.map(({ rssBytes }) => rssBytes)),
  };
};

const issueBatch = (...args) => ['certificates', 'issue-batch', ...args];
const copiesOption = (copies) => (copies ? ['--copies', copies] : []);

const prepare = async (rows) => {
  const folder = temporaryFolder();
  const sample = join(folder, 'sample');
  const { type, register } = writeBatchRegister(sample, rows);
  const configFile = join(folder, 'config.yaml');
  writeFileSync(configFile, `sample: { dir: ${JSON.stringify(sample)} }\n`);
  const envOf = (dataDir) => ({
    ...process.env,
    NODE_NO_WARNINGS: '1',
    ONECERT_CONFIG: configFile,
    ONECERT_MODE: 'development',
    ONECERT_SAMPLE_APPS: 'false',
    ONECERT_SANDBOX: 'false',
    BASE_URL: 'http://localhost:3000',
    DATA_DIR: dataDir,
    KEYS_DIR: join(dataDir, 'keys'),
    LOG_LEVEL: 'warn',
    MONGODB_URL: '',
    REDIS_URL: '',
  });
  const store = join(folder, 'store');
  // The first command on a store opens everybody's account.
  const { answer, seconds } = await measured(envOf(store), ['register', 'check']);
  const { usable } = answer.find((report) => report.register === register);
  if (usable !== rows) throw new Error(`intake takes ${usable} of ${rows} rows`);
  return {
    type,
    rows,
    seconds,
    /** Runs on a copy of the prepared store, which is removed afterwards. */
    async onCopy(act) {
      const own = join(temporaryFolder(), 'store');
      mkdirSync(own);
      cpSync(store, own, { recursive: true });
      const env = envOf(own);
      try {
        return await act(env);
      } finally {
        rmSync(own, { recursive: true, force: true });
      }
    },
  };
};

const openBeside = (env) =>
  openCore(readConfig(env), { logger: createLogger('fatal'), busyTimeoutMs: 5_000 });

/** Exactly one certificate a row (each row is another person's) and, where asked for, exactly one released copy. */
const checkEveryRow = async (env, { type, rows, copies }) => {
  const core = await openBeside(env);
  try {
    const holders = new Set();
    const entries = new Set();
    const counted = { certificates: 0, copies: 0, unreleased: 0 };
    for (let after, page; page === undefined || page.length > 0; after = page.at(-1)?.id) {
      page = await core.credentials.walk(after, 500);
      for (const { id, holders: held, type: of } of page) {
        if (of !== type || held.length !== 1 || holders.has(held[0]))
          throw new Error('a row has two certificates');
        holders.add(held[0]);
        counted.certificates += 1;
        const made = await core.credentials.copiesOf(held[0]);
        const released = made.filter(({ certificate, state }) => certificate === id && state === 'released');
        if (released.length !== (copies ? 1 : 0))
          throw new Error(`${released.length} released copies of a row`);
        for (const { statusList, statusIndex } of made) {
          const entry = `${statusList}:${statusIndex}`;
          if (entries.has(entry)) throw new Error('a status entry was used twice');
          entries.add(entry);
        }
        counted.copies += released.length;
        counted.unreleased += made.length - released.length;
      }
    }
    if (counted.certificates !== rows)
      throw new Error(`${counted.certificates} certificates of ${rows} rows`);
    return counted;
  } finally {
    await core.close();
  }
};

const measureRun = (prepared, copies, workers) =>
  prepared.onCopy(async (env) => {
    const { type, rows } = prepared;
    const count = ['--workers', String(workers)];
    const run = await measured(env, issueBatch('--type', type, ...copiesOption(copies), ...count));
    // Nothing is left to do: what the command and its processes take to start.
    const idle = await measured(env, issueBatch('--resume', run.answer.id, ...count));
    const { certificates, copies: released } = await checkEveryRow(env, { type, rows, copies });
    return {
      rows,
      certificates,
      copies: released,
      workers,
      seconds: rounded(run.seconds),
      start_seconds: rounded(idle.seconds),
      per_second: rounded(rows / run.seconds),
      cpu_ms_per_operation: rounded(run.cpuMs / rows),
      start_cpu_ms: Math.round(idle.cpuMs),
      rss_mib: Math.round(run.rssBytes / 2 ** 20),
    };
  });

/** Ends the command and its workers by `kill -9` when half of the rows are done, and goes on. */
const killAndResume = (prepared, copies) =>
  prepared.onCopy(async (env) => {
    const { type, rows } = prepared;
    const { child, said, ended } = start(
      env,
      issueBatch('--type', type, ...copiesOption(copies), '--workers', '2'),
    );
    const core = await openBeside(env);
    let [id, done] = [undefined, 0];
    while (done < rows / 2 && child.exitCode === null) {
      await sleep(50);
      id ??= /batch (ib_\S+)/.exec(said.err)?.[1];
      if (id) done = (await core.batches.progress(id)).done;
    }
    if (child.exitCode !== null) throw new Error(`the batch ended before it was killed: ${said.err}`);
    process.kill(-child.pid, 'SIGKILL');
    await ended;
    await core.close();
    const resumed = await measured(env, issueBatch('--resume', id, '--workers', '2'));
    return {
      rows,
      done_when_killed: done,
      seconds_to_the_end: rounded(resumed.seconds),
      ...(await checkEveryRow(env, { type, rows, copies })),
    };
  });

export const benchBatch = async (settings) => {
  const prepared = await prepare(settings.batchRows);
  settings.report({
    bench: 'batch-accounts',
    subject: 'onecert',
    rows: prepared.rows,
    seconds: rounded(prepared.seconds),
    note: 'before the batches: one command that opens an account for each person of the register and reads it',
  });
  for (const kind of settings.batchKinds) {
    const copies = kind === 'records' ? undefined : kind;
    const bench = `batch-${kind}`;
    const one = await measureRun(prepared, copies, 1);
    settings.report({ bench, subject: 'onecert', ...one });
    const two = await measureRun(prepared, copies, 2);
    settings.report({
      bench,
      subject: 'onecert',
      ...two,
      ratio_to_peer: rounded(two.per_second / one.per_second),
      cpu_ratio_to_peer: rounded(two.cpu_ms_per_operation / one.cpu_ms_per_operation),
      peer: 'the same with one worker',
    });
  }
  settings.report({
    bench: 'batch-killed',
    subject: 'onecert',
    ...(await killAndResume(prepared, 'dc+sd-jwt')),
    note: 'two workers and their command ended by kill -9; leases of 15 s run out before their rows are taken over',
  });
};
