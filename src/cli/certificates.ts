import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import type { Core } from '../core.ts';
import type { BatchProgress } from '../credentials/index.ts';
import { print, table, UsageError } from './output.ts';
import { cliContext, withCore } from './with-core.ts';

interface BatchOptions {
  type?: string;
  holders?: string;
  copies?: 'ldp_vc' | 'dc+sd-jwt';
  workers: number;
  resume?: string;
  json?: boolean;
}

const fileFormats = ['ldp_vc', 'dc+sd-jwt'];

const parseFormat = (text: string): string => {
  if (!fileFormats.includes(text)) throw new InvalidArgumentError(`one of ${fileFormats.join(', ')}`);
  return text;
};

const parseWorkers = (text: string): number => {
  const workers = Number(text);
  if (!Number.isInteger(workers) || workers < 1 || workers > 64)
    throw new InvalidArgumentError('a number from 1 to 64');
  return workers;
};

const line = ({ done, rows, certificates, signed, standing, refused }: BatchProgress, perSecond: number) =>
  `${done}/${rows} rows, ${certificates} certificates, ${signed} copies signed, ${standing} stood already, ` +
  `${refused} refused, ${perSecond.toFixed(0)} rows/s`;

/** On a terminal one line that is written over; elsewhere a line every ten per cent, for a log. */
const createProgress = (write: (text: string) => void, isTerminal: boolean) => {
  const began = performance.now();
  let first: number | undefined;
  let told = 0;
  return (progress: BatchProgress): void => {
    first ??= progress.done;
    const perSecond = ((progress.done - first) * 1000) / Math.max(1, performance.now() - began);
    const tenth = Math.floor((progress.done * 10) / Math.max(1, progress.rows));
    if (isTerminal) write(`\r\u001b[K${line(progress, perSecond)}`);
    else if (tenth > told) write(`${line(progress, perSecond)}\n`);
    told = Math.max(told, tenth);
  };
};

/** The same command again as processes of their own: each signs on its own core, all on one store. */
const startWorkers = (id: string, { holders, workers }: BatchOptions) =>
  Array.from({ length: workers }, () =>
    spawn(
      process.execPath,
      [
        ...process.execArgv,
        process.argv[1]!,
        ...['certificates', 'issue-batch', '--resume', id, '--workers', '1', '--json'],
        ...(holders ? ['--holders', holders] : []),
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    ),
  );

const workInProcesses = async (core: Core, id: string, options: BatchOptions): Promise<void> => {
  const tell = createProgress((text) => process.stderr.write(text), process.stderr.isTTY === true);
  const workers = startWorkers(id, options);
  let running = workers.length;
  const codes = workers.map(async (worker) => {
    const [code] = await once(worker, 'close');
    running -= 1;
    return code as number | null;
  });
  while (running > 0) {
    tell(await core.batches.progress(id));
    await Promise.race([sleep(1_000), Promise.all(codes)]);
  }
  tell(await core.batches.progress(id));
  if (process.stderr.isTTY) process.stderr.write('\n');
  if ((await Promise.all(codes)).some((code) => code !== 0))
    throw new UsageError(`not finished; go on with: onecert certificates issue-batch --resume ${id}`);
};

const beginOrResume = async (core: Core, options: BatchOptions, holders: Uint8Array | undefined) => {
  if (options.resume !== undefined) {
    const batch = await core.batches.get(options.resume);
    if (!batch) throw new UsageError('there is no such batch');
    if (batch.state !== 'running' && batch.state !== 'done')
      throw new UsageError('this batch has not been approved');
    return batch;
  }
  if (!options.type) throw new UsageError('name a certificate type with --type, or a batch with --resume');
  const { type, copies } = options;
  return core.batches.create({ type, copies, holders, actor: cliContext.actor });
};

export const certificatesCommand = (): Command => {
  const command = new Command('certificates').description('certificates by the thousand');
  command
    .command('issue-batch')
    .description(
      'a certificate for every row of a register, or of the holders in a list; goes on after a crash',
    )
    .option('--type <type>', 'certificate type')
    .option(
      '--holders <file>',
      'CSV with holder_kind and holder_number: only these; attributes stay the register’s',
    )
    .option(
      '--copies <format>',
      `also sign a copy for the department’s file: ${fileFormats.join(' or ')}`,
      parseFormat,
    )
    .option('--workers <n>', 'processes that sign at once', parseWorkers, availableParallelism())
    .option('--resume <batch>', 'go on with a batch that was begun')
    .option('--json', 'one JSON object')
    .action(async (options: BatchOptions) => {
      const holders = options.holders === undefined ? undefined : readFileSync(options.holders);
      const { progress, refusals } = await withCore(async (core) => {
        const { id } = await beginOrResume(core, options, holders);
        if (!options.json) process.stderr.write(`batch ${id}\n`);
        if (options.workers === 1) await core.batches.run(id, { holders });
        else await workInProcesses(core, id, options);
        return { progress: await core.batches.progress(id), refusals: await core.batches.refusals(id) };
      });
      print(options.json, { ...progress, refusals }, () =>
        [
          `${progress.id}: ${progress.done} of ${progress.rows} rows of ${progress.type}: ${progress.certificates} certificates, ` +
            `${progress.signed} copies signed, ${progress.standing} stood already, ${progress.refused} refused`,
          table(refusals.map((refusal) => [`  line ${refusal.line}`, refusal.reasons.join(', ')])),
        ].join('\n'),
      );
    });
  return command;
};
