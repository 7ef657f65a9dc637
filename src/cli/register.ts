import { Command } from 'commander';
import { issueRegister, type RegisterWalk } from '../credentials/index.ts';
import { print, table } from './output.ts';
import { cliContext, withCore } from './with-core.ts';

export const registerCommand = (): Command => {
  const command = new Command('register').description('departments’ registers');
  command
    .command('check')
    .description('intake: every faulty row by line and reason (SHR-4), no values')
    .option('--json', 'one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const reports = await withCore(async (core) => {
        const read = await Promise.all(core.registers.all().map((register) => register.intake()));
        for (const report of read) await core.admin.intakeHistory.note(report);
        return read;
      });
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
  command
    .command('issue')
    .description(
      'walk a register, or all: a certificate record for every row, or the reason why there is none',
    )
    .argument('[type]', 'a certificate type; without it, all')
    .option('--json', 'one JSON array, every row by line')
    .action(async (type: string | undefined, { json }: { json?: boolean }) => {
      const walks = await withCore(async (core) => {
        const types = type === undefined ? core.catalogue.types().map(({ id }) => id) : [type];
        const done: RegisterWalk[] = [];
        for (const id of types) done.push(await issueRegister(core, id, cliContext));
        return done;
      });
      print(json, walks, () =>
        walks
          .map(({ type, rows, issued, refused, lines }) =>
            [
              `${type}: ${rows} rows, ${issued} issued, ${refused} not`,
              table(
                lines.flatMap(({ line, reasons }) =>
                  reasons ? [[`  line ${line}`, reasons.join(', ')]] : [],
                ),
              ),
            ].join('\n'),
          )
          .join('\n\n'),
      );
    });
  return command;
};
