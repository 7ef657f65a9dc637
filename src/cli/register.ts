import { Command } from 'commander';
import { print, table } from './output.ts';
import { withCore } from './with-core.ts';

export const registerCommand = (): Command => {
  const command = new Command('register').description('departments’ registers');
  command
    .command('check')
    .description('intake: every faulty row by line and reason (SHR-4), no values')
    .option('--json', 'one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const reports = await withCore(async (core) =>
        Promise.all(core.registers.all().map((register) => register.intake())),
      );
      print(json, reports, () =>
        reports
          .map((report) =>
            [
              `${report.register}: ${report.rows} rows, ${report.usable} usable, ${report.blocked} blocked, ${report.flagged} flagged`,
              table(report.findings.map((f) => [`  line ${f.line}`, f.code, f.field ?? '', f.effect])),
            ].join('\n'),
          )
          .join('\n\n'),
      );
    });
  return command;
};
