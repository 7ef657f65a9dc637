import { Command } from 'commander';
import { certifiedUses, watchdogOf } from '../core.ts';
import { exportIssued } from './export-issued.ts';
import { exitCodes, print } from './output.ts';
import { withCore } from './with-core.ts';

export const checkCommand = (): Command =>
  new Command('check')
    .description('reload and verify everything issued')
    .option(
      '--export <dir>',
      'also write everything issued as files for a second checker: sample province only',
    )
    .option('--json', 'one JSON object')
    .action(async ({ json, export: dir }: { json?: boolean; export?: string }) => {
      const report = await withCore(async (core) => {
        if (dir) await exportIssued(core, dir);
        return {
          ...(await core.credentials.checkEverythingIssued()),
          deadlines: (await watchdogOf(core).deadlines()).filter(({ level }) => level !== 'ok'),
          alarms: await core.trust.signers.alarms(certifiedUses(core.config, core.catalogue)),
        };
      });
      print(json, report, () =>
        [
          `${report.checked} copies checked, ${report.bad.length} bad, ${report.orphans.length} intended but never released`,
          ...report.bad.map((entry) => `  bad ${entry.copy}: ${entry.reason}`),
          ...report.deadlines.map(
            ({ what, of, secondsLeft, level }) =>
              `  ${level}: ${what} (${of}) ends in ${Math.floor(secondsLeft / 86_400)} days`,
          ),
          ...report.alarms.map((alarm) => `  alarm: ${alarm}`),
        ].join('\n'),
      );
      if (report.bad.length > 0) process.exitCode = exitCodes.notValid;
    });
