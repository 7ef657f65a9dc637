import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { dayOption } from './day-option.ts';
import { print, UsageError } from './output.ts';
import { cliContext, withCore } from './with-core.ts';

interface ImportOptions {
  app: string;
  file: string;
  until: string;
  json?: boolean;
}

const bytesOf = (file: string): Uint8Array => {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'error'}`);
  }
};

/** `onecert app legacy-ids import` */
export const legacyIdsCommand = (): Command => {
  const command = new Command('legacy-ids').description('ids an app’s old login knew people by');
  command
    .command('import')
    .description('CSV: document_kind, document_number, legacy_user_id; again adds and replaces')
    .requiredOption('--app <client_id>')
    .requiredOption('--file <csv>')
    .requiredOption('--until <day>', 'like 2027-06-30: from then on the app is not told any more')
    .option('--json', 'one JSON object')
    .action(async ({ app, file, until, json }: ImportOptions) => {
      const csv = bytesOf(file);
      const report = await withCore(async (core) => {
        if ((await core.apps.get(app)) === undefined)
          throw new UsageError('there is no app of that client_id');
        return core.legacyIds.import(
          { clientId: app, csv, until: dayOption('--until', until) },
          cliContext.actor,
        );
      });
      print(json, report, () =>
        [
          `${report.imported} imported`,
          `${report.withoutAccount.length} without an account yet (lines ${report.withoutAccount.join(', ') || 'none'})`,
          `${report.faulty.length} not readable (lines ${report.faulty.join(', ') || 'none'})`,
        ].join('\n'),
      );
    });
  return command;
};
