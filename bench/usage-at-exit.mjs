// Preloaded into a command and the processes it starts (`NODE_OPTIONS=--import=…`): each leaves its CPU and its highest
// memory in a file of its own when it ends.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpuMs: (userCPUTime + systemCPUTime) / 1000, rssBytes: maxRSS * 1024 };
  writeFileSync(join(process.env.BENCH_USAGE_FOLDER, `${process.pid}.json`), JSON.stringify(usage));
});
