import { Command } from 'commander';
import { exitCodes, print } from './output.ts';
import { withCore } from './with-core.ts';

export const checkCommand = (): Command =>
  new Command('check')
    .description('reload and verify everything issued')
    .option('--json', 'one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const report = await withCore((core) => core.credentials.checkEverythingIssued());
      print(json, report, () =>
        [
          `${report.checked} copies checked, ${report.bad.length} bad, ${report.orphans.length} intended but never released`,
          ...report.bad.map((entry) => `  bad ${entry.copy}: ${entry.reason}`),
        ].join('\n'),
      );
      if (report.bad.length > 0) process.exitCode = exitCodes.notValid;
    });
