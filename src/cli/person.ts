import { randomInt } from 'node:crypto';
import { Command } from 'commander';
import type { Account } from '../accounts/index.ts';
import type { Core } from '../core.ts';
import { print, UsageError } from './output.ts';
import { withCore } from './with-core.ts';

/** By account id, or by the key a named sample person has in the README. */
export const findAccount = async (core: Core, who: string): Promise<Account> => {
  const account = (await core.accounts.get(who)) ?? (await core.samplePerson(who));
  if (!account) throw new UsageError('there is no such account');
  return account;
};

const readable = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Easy to read aloud, 60 bits. */
export const makePassword = (): string =>
  Array.from({ length: 3 }, () =>
    Array.from({ length: 4 }, () => readable[randomInt(readable.length)]).join(''),
  ).join('-');

export const personCommand = (): Command => {
  const command = new Command('person').description('accounts of people');
  command
    .command('password')
    .description('set a new password and print it once')
    .argument('<account>', 'account id, or the key of a named sample person')
    .option('--json', 'one JSON object')
    .action(async (who: string, { json }: { json?: boolean }) => {
      const result = await withCore(async (core) => {
        const account = await findAccount(core, who);
        const password = makePassword();
        await core.accounts.setPassword(account.id, password);
        await core.audit.append({
          action: 'account.password_set',
          actor: 'cli',
          subject: account.id,
          object: account.id,
          result: 'ok',
        });
        return { account: account.id, password };
      });
      print(json, result, () => result.password);
    });
  return command;
};
