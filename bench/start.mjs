// How long a start takes, what the idle server holds, and how much a phone loads.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { median, rounded } from './measure.mjs';
import { prepareOurServer } from './our-server.mjs';

const idleMs = 5_000;

const filesOf = (folder) =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile() && !/\.(map|gz)$/.test(file));

const sizesOf = (app) => {
  const files = filesOf(fileURLToPath(new URL(`../dist/web/${app}`, import.meta.url)));
  const total = (list, size) =>
    Math.round(list.reduce((sum, file) => sum + size(readFileSync(file)), 0) / 1024);
  const gzipped = (bytes) => gzipSync(bytes).length;
  const page = readFileSync(
    files.find((file) => file.endsWith('/index.html')),
    'utf8',
  );
  const first = files.filter((file) => file.endsWith('index.html') || page.includes(file.split('/').at(-1)));
  const code = first.filter((file) => /\.(html|js|css)$/.test(file));
  return {
    files: files.length,
    kib: total(files, ({ length }) => length),
    gzip_kib: total(files, gzipped),
    first_load_gzip_kib: total(code, gzipped),
  };
};

export const benchStart = async ({ starts, report }) => {
  const { server } = await prepareOurServer();
  try {
    const firstMs = await server.start();
    await server.stop();
    report({
      bench: 'first-start',
      subject: 'onecert',
      operations: 1,
      seconds: rounded(firstMs / 1000),
      note: 'makes keys and the store, loads the sample province, hashes its passwords',
    });
    const times = [];
    const cpu = [];
    for (let number = 0; number < starts; number += 1) {
      if (number > 0) await server.stop();
      times.push(await server.start());
      cpu.push(await server.cpu());
    }
    report({
      bench: 'second-start',
      subject: 'onecert',
      operations: starts,
      p50_ms: rounded(median(times)),
      p99_ms: rounded(Math.max(...times)),
      cpu_ms_per_operation: rounded(median(cpu)),
      note: 'from the start of the process to /health/ready; p99 is the slowest',
    });
    await sleep(idleMs);
    const { rssBytes } = await server.sample();
    report({
      bench: 'idle-memory',
      subject: 'onecert',
      rss_mib: rounded(rssBytes / 2 ** 20),
      note: '5 s after ready',
    });
  } finally {
    await server.stop();
  }
  for (const app of ['wallet', 'counter'])
    report({ bench: 'web-app-size', subject: `onecert ${app}`, ...sizesOf(app) });
};
