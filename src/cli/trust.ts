import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { print } from './output.ts';
import { withCore } from './with-core.ts';

const day = (at: number): string => new Date(at * 1000).toISOString();

export const trustCommand = (): Command => {
  const command = new Command('trust').description('root statements: take over what a ceremony signed');
  command
    .command('import-statement')
    .description('a root statement signed in the ceremony; one that begins later waits for its day')
    .argument('<file>', 'the .jwt of the ceremony')
    .option('--json', 'one JSON object')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const { number, iat, exp } = await withCore(async (core) => {
        const payload = await core.trust.importRootStatement(readFileSync(file, 'utf8').trim());
        await core.audit.append({
          action: 'trust.statement_imported',
          actor: 'cli',
          result: 'ok',
          details: { number: payload.number },
        });
        await core.trust.publish();
        return payload;
      });
      print(
        json,
        { number, valid_from: iat, valid_until: exp },
        () => `root statement ${number} is here: in force from ${day(iat)} until ${day(exp)}`,
      );
    });
  return command;
};
