// `npm run bench [-- --quick] [-- --only sign-in,verify] [-- --waiting 10000] [-- --rows 20000] [-- --batches ldp_vc]`: one JSON line an operation on standard
// output, progress on standard error. Loopback only; what it starts it ends, what it makes it removes.
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { benchBatch } from './batch.mjs';
import { benchCounter } from './counter.mjs';
import { benchFormats } from './formats.mjs';
import { benchIssue } from './issue.mjs';
import { removeDatabases, removeFolders } from './leftovers.mjs';
import { benchList } from './list.mjs';
import { machineFacts } from './machine-facts.mjs';
import { rounded } from './measure.mjs';
import { benchOauth } from './oauth.mjs';
import { stopSharedServer } from './our-server.mjs';
import { closeSharedProvince } from './province-in-process.mjs';
import { benchScan } from './scan.mjs';
import { killServers } from './server-under-test.mjs';
import { benchSignIn } from './sign-in.mjs';
import { benchStart } from './start.mjs';
import { benchStateChange } from './state-change.mjs';
import { benchStorage } from './storage.mjs';
import { benchVerify } from './verify.mjs';

const parts = {
  'sign-in': benchSignIn,
  oauth: benchOauth,
  scan: benchScan,
  issue: benchIssue,
  verify: benchVerify,
  formats: benchFormats,
  'state-change': benchStateChange,
  storage: benchStorage,
  list: benchList,
  start: benchStart,
  batch: benchBatch,
  counter: benchCounter,
};
/** Takes hours over 100,000 rows, or a browser: run when it is named. */
const byNameOnly = ['batch', 'counter'];

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    only: { type: 'string' },
    waiting: { type: 'string' },
    rows: { type: 'string' },
    batches: { type: 'string' },
  },
});
const wanted = values.only?.split(',') ?? Object.keys(parts).filter((name) => !byNameOnly.includes(name));
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  process.stderr.write(`bench: no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}\n`);
  process.exit(2);
}

const started = performance.now();
const waitingPages = Number(values.waiting ?? (values.quick ? 200 : 1_000));
const batchRows = Number(values.rows ?? (values.quick ? 1_000 : 100_000));
const batchKinds = (values.batches ?? 'records,dc+sd-jwt,ldp_vc').split(',');
// Ten thousand pages take their time to open: both sides run on the same cores. A batch is run seven times.
const limitMs =
  (values.quick ? 60_000 : 420_000) +
  (values.waiting ? waitingPages * 60 : 0) +
  (wanted.includes('batch') ? 240_000 + batchRows * 250 : 0);
const ratios = {};
const settings = {
  ...(values.quick
    ? { rounds: 3, roundMs: 150, warmUpMs: 80, starts: 1 }
    : { rounds: 5, roundMs: 600, warmUpMs: 300, starts: 3 }),
  waitingPages,
  batchRows,
  batchKinds,
  /** From here on one round of everything is enough. */
  deadline: started + limitMs * 0.7,
  report(line) {
    process.stdout.write(`${JSON.stringify(line)}\n`);
    if (line.ratio_to_peer === undefined) return;
    const { bench, engine, peer, ratio_to_peer, cpu_ratio_to_peer } = line;
    const name = engine ? `${bench} (${engine})` : bench;
    ratios[name] = { peer, per_second: ratio_to_peer, cpu_ms_per_operation: cpu_ratio_to_peer };
  },
};

const giveUp = (why) => {
  process.stderr.write(`bench: ${why}\n`);
  killServers();
  removeFolders();
  process.exit(1);
};
setTimeout(() => giveUp(`not finished after ${limitMs / 1000} s`), limitMs).unref();
process.on('SIGINT', () => giveUp('interrupted'));
process.on('SIGTERM', () => giveUp('interrupted'));

try {
  const machine = await machineFacts();
  settings.report(machine);
  for (const name of wanted) {
    const before = performance.now();
    process.stderr.write(`bench: ${name} … `);
    await parts[name](settings);
    process.stderr.write(`${((performance.now() - before) / 1000).toFixed(1)} s\n`);
  }
  settings.report({
    bench: 'summary',
    seconds: rounded((performance.now() - started) / 1000),
    load_average_1m: { before: rounded(machine.load_average_1m), after: rounded(loadavg()[0]) },
    ratios,
  });
} finally {
  await stopSharedServer();
  await closeSharedProvince();
  killServers();
  await removeDatabases();
  removeFolders();
}
process.exit(0);
