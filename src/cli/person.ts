import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { z } from 'zod';
import type { Account } from '../accounts/index.ts';
import type { Core } from '../core.ts';
import { slipHtml, slipText } from '../registration/index.ts';
import { print, table, UsageError } from './output.ts';
import { cliContext, withCore } from './with-core.ts';

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

/** What a slip says of this instance. */
const placeOf = ({ config }: Core): { baseUrl: string; sandbox: boolean } => ({
  baseUrl: config.baseUrl,
  sandbox: config.kind === 'sandbox',
});

interface OpenOptions {
  officer: string;
  from: string;
  cardChecked?: boolean;
  html?: boolean;
  json?: boolean;
}

const personSchema = z.strictObject({ kind: z.string(), number: z.string(), name: z.string() });

const readPerson = (file: string): z.infer<typeof personSchema> => {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Its own message quotes what it read.
    throw new UsageError(`${file}: cannot be read as JSON`);
  }
  const parsed = personSchema.safeParse(json);
  if (!parsed.success) throw new UsageError(`${file}: must be { kind, number, name }, all of them text`);
  return parsed.data;
};

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
  command
    .command('open')
    .description('open an account for a person without a phone; prints the slip with the start code once')
    .requiredOption('--officer <account>', 'the officer who acts: account id, or the key of a sample person')
    .requiredOption(
      '--from <file>',
      'JSON { kind, number, name }, so that none of it stands in a command line',
    )
    .option('--card-checked', 'the officer has held the card and seen the face on it: proofing level 3')
    .option('--html', 'the slip as a page to print')
    .option('--json', 'one JSON object')
    .action(async (options: OpenOptions) => {
      const result = await withCore(async (core) => {
        const officer = await findAccount(core, options.officer);
        if (officer.state !== 'active') throw new UsageError('the account of this officer is not active');
        const { account, slip } = await core.registration.openByOfficer({
          ...readPerson(options.from),
          cardChecked: options.cardChecked === true,
          officer: officer.id,
        });
        const input = { slip, person: account, ...placeOf(core) };
        return {
          account: account.id,
          proofing: account.proofingLevel,
          code: slip.code,
          expiresAt: slip.expiresAt,
          print: options.html ? slipHtml(input) : slipText(input),
        };
      });
      print(options.json, result, () => result.print);
    });
  command
    .command('slip')
    .description('another start code for an account that was never started; the earlier one ends')
    .argument('<account>', 'account id')
    .requiredOption('--officer <account>', 'the officer who acts')
    .option('--json', 'one JSON object')
    .action(async (who: string, options: { officer: string; json?: boolean }) => {
      const result = await withCore(async (core) => {
        const [account, officer] = [await findAccount(core, who), await findAccount(core, options.officer)];
        const slip = await core.registration.makeStartCode(account.id, officer.id);
        // The slip is made out to her: a reading by the officer, who has her document before him.
        const { name } = await core.accounts.readPlain(account.id, {
          fields: ['name'],
          purpose: 'counter_check',
          actor: `account:${officer.id}`,
        });
        const person = { ...account, name: name! };
        return { ...slip, print: slipText({ slip, person, ...placeOf(core) }) };
      });
      print(options.json, result, () => result.print);
    });
  command
    .command('end-phone')
    .description('take a lost or given-up phone off the account and end its sessions at once')
    .argument('<account>', 'account id, or the key of a named sample person')
    .option('--json', 'one JSON object')
    .action(async (who: string, { json }: { json?: boolean }) => {
      const result = await withCore(async (core) => {
        const account = await findAccount(core, who);
        await core.recoveries.endLostPhone(account.id, 'cli');
        return { account: account.id, ended: true };
      });
      print(json, result, () => `The phone and all sessions of ${result.account} have ended.`);
    });
  command
    .command('close')
    .description('close an account: in seven days, in which she can take it back, or at once')
    .argument('<account>', 'account id, or the key of a named sample person')
    .option('--at-once', 'without the seven days; it cannot be taken back')
    .option('--json', 'one JSON object')
    .action(async (who: string, { atOnce, json }: { atOnce?: boolean; json?: boolean }) => {
      const { id, state, dueAt } = await withCore(async (core) => {
        const { closings } = core.personalData;
        const account = await findAccount(core, who);
        return atOnce ? closings.closeNow(account.id, cliContext) : closings.ask(account.id, cliContext);
      });
      const due = new Date(dueAt * 1000).toISOString();
      print(json, { account: id, state, ...(state === 'waiting' ? { due } : {}) }, () =>
        state === 'waiting'
          ? `${id} will be closed on ${due.slice(0, 10)}; \`onecert person keep ${id}\` takes it back.`
          : `${id} is ${state}: its data key, index values and issued bytes are destroyed.`,
      );
    });
  command
    .command('keep')
    .description('take back a closing that is still waiting')
    .argument('<account>', 'account id, or the key of a named sample person')
    .option('--json', 'one JSON object')
    .action(async (who: string, { json }: { json?: boolean }) => {
      const account = await withCore(async (core) => {
        const { id } = await findAccount(core, who);
        await core.personalData.closings.takeBack(id, cliContext);
        return id;
      });
      print(json, { account, kept: true }, () => `${account} stays open.`);
    });
  command
    .command('closed')
    .description('ids of closed accounts: kept outside, to be closed again after restoring an older backup')
    .option('--json', 'one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const closed = await withCore((core) => core.personalData.closings.closed());
      const shown = closed.map(({ id, closedAt }) => ({
        account: id,
        closed_at: new Date(closedAt! * 1000).toISOString(),
      }));
      print(json, shown, () => table(shown.map(({ account, closed_at }) => [account, closed_at])));
    });
  return command;
};
