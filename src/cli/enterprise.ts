import { Command } from 'commander';
import type { Core } from '../core.ts';
import { writeEnterprise, writeMandate } from '../enterprises/index.ts';
import { print, table, UsageError } from './output.ts';
import { withCore } from './with-core.ts';

const findEnterprise = async ({ enterprises }: Core, which: string) => {
  const found = await enterprises.find(which);
  if (!found) throw new UsageError('there is no enterprise of that id or credit code');
  return found;
};

const listAll = async ({ enterprises }: Core) => {
  const all = [];
  for (let after: string | undefined; ; ) {
    const page = await enterprises.list({ after, limit: 500 });
    all.push(...page);
    if (page.length < 500) return all;
    after = page.at(-1)!.id;
  }
};

const day = (time: number): string => new Date(time * 1000).toISOString().slice(0, 10);

export const enterpriseCommand = (): Command => {
  const command = new Command('enterprise').description(
    'accounts of enterprises, and the mandates they gave',
  );
  command
    .command('list')
    .option('--json', 'one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const shown = await withCore(async (core) =>
        (await listAll(core)).map(({ id, creditCode, name, region, state, managers }) => ({
          id,
          credit_code: creditCode,
          name,
          region,
          state,
          managers: managers.length,
        })),
      );
      print(json, shown, () =>
        table([
          ['id', 'credit code', 'state', 'managers', 'name'],
          ...shown.map((one) => [one.id, one.credit_code, one.state, String(one.managers), one.name]),
        ]),
      );
    });
  command
    .command('show')
    .description('one enterprise with its legal representative and managers, names masked')
    .argument('<enterprise>', 'id or credit code')
    .option('--json', 'one JSON object')
    .action(async (which: string, { json }: { json?: boolean }) => {
      const shown = await withCore(async (core) =>
        writeEnterprise(core.enterprises.context, await findEnterprise(core, which)),
      );
      print(json, shown, () =>
        table([
          ['id', shown.id],
          ['credit code', shown.credit_code],
          ['name', shown.name],
          ['region', shown.region],
          ['state', shown.state],
          ['legal representative', shown.legal_rep?.name ?? 'none'],
          ...shown.managers.map(({ name, since }) => ['manager', `${name} since ${day(since)}`]),
        ]),
      );
    });
  command
    .command('mandates')
    .description('every mandate the enterprise gave, open and ended, names masked')
    .argument('<enterprise>', 'id or credit code')
    .option('--json', 'one JSON array')
    .action(async (which: string, { json }: { json?: boolean }) => {
      const shown = await withCore(async (core) => {
        const { id } = await findEnterprise(core, which);
        const given = await core.enterprises.givenBy(id);
        return Promise.all(given.map((one) => writeMandate(core.enterprises.context, one)));
      });
      print(json, shown, () =>
        table([
          ['id', 'state', 'until', 'to', 'items'],
          ...shown.map((one) => [
            one.id,
            one.state,
            day(one.valid_until),
            one.delegate?.name ?? one.agent?.name ?? '',
            one.items.map(({ code }) => code).join(', '),
          ]),
        ]),
      );
    });
  command
    .command('accept-code')
    .description('record that a credit code with a wrong check character is really registered')
    .argument('<credit-code>', 'the code as the register has it')
    .requiredOption('--evidence <reference>', 'number of the document that shows it; nobody’s name')
    .option('--json', 'one JSON object')
    .action(async (creditCode: string, { evidence, json }: { evidence: string; json?: boolean }) => {
      const accepted = await withCore((core) =>
        core.enterprises.acceptCreditCode({ creditCode, evidence, actor: 'cli' }),
      );
      const shown = { id: accepted.id, credit_code: accepted.creditCode, accepted_at: accepted.acceptedAt };
      print(json, shown, () => `accepted: ${accepted.creditCode}`);
    });
  return command;
};
