import { Command } from 'commander';
import { type RevokeReason, revokeReasons } from '../counters/index.ts';
import { print, table, UsageError } from './output.ts';
import { cliContext, withCore } from './with-core.ts';

const collect = (value: string, list: string[]): string[] => [...list, value];

interface EnrolOptions {
  unit: string;
  item: string[];
  days: string;
  json?: boolean;
}

const dayOf = (at: number): string => new Date(at * 1000).toISOString().slice(0, 10);

/** For the operator: what a counter lead does in the console. */
export const countersCommand = (): Command => {
  const command = new Command('counters').description(
    'counters 窗口: devices enrolled to a unit and its items (docs/counters.md)',
  );
  command
    .command('list')
    .description('every counter, its unit, state, items and what waits for its lead')
    .option('--json', 'one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const counters = await withCore((core) => core.counters.operator.list());
      print(json, counters, () =>
        table([
          ['counter', 'unit', 'state', 'until', 'flags', 'items', 'name'],
          ...counters.map((one) => [
            one.id,
            one.unit,
            one.state,
            dayOf(one.until),
            String(one.open_flags),
            one.items.join(' '),
            one.name,
          ]),
        ]),
      );
    });
  command
    .command('enrol')
    .description('enter a counter; prints the code that its device needs within ten minutes')
    .argument('<name>', 'what it is called at the hall; no person’s name')
    .requiredOption('--unit <id>', 'unit of the organisation tree')
    .option('--item <code>', 'a service item; may be given several times', collect, [])
    .option('--days <n>', 'how long it counts', '180')
    .option('--json', 'one JSON object')
    .action(async (name: string, { unit, item: items, days, json }: EnrolOptions) => {
      if (items.length === 0) throw new UsageError('--item names at least one service item');
      if (!/^[1-9]\d{0,2}$/.test(days) || Number(days) > 365)
        throw new UsageError('--days is a number from 1 to 365');
      const wanted = { name, unit, items, days: Number(days) };
      const made = await withCore((core) => core.counters.operator.enrol(cliContext, wanted));
      print(json, made, () => `${made.counter.id}: type ${made.code} at the counter within ten minutes`);
    });
  command
    .command('revoke')
    .description('end a counter, at once and for good')
    .argument('<counter>', 'ct_…')
    .option('--reason <code>', revokeReasons.join(', '), 'device_lost')
    .option('--json', 'one JSON object')
    .action(async (id: string, { reason, json }: { reason: string; json?: boolean }) => {
      if (!revokeReasons.some((known) => known === reason))
        throw new UsageError(`--reason is one of ${revokeReasons.join(', ')}`);
      const input = { id, reason: reason as RevokeReason };
      const ended = await withCore((core) => core.counters.operator.revoke(cliContext, input));
      print(json, ended, () => `${ended.id}: ${ended.state}`);
    });
  return command;
};
