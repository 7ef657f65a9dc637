import { Command } from 'commander';
import { print, table } from './output.ts';
import { withCore } from './with-core.ts';

export const lifeEventCommand = (): Command => {
  const command = new Command('life-event').description(
    'what the population register tells: deaths, new names and numbers',
  );
  command
    .command('apply')
    .description('ask the register now and carry out what it says, as the server does every minute')
    .option('--json', 'one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const report = await withCore((core) => core.lifeEvents.apply({ all: true }));
      print(
        json,
        report,
        () => `${report.received} received, ${report.faulty} not readable, ${report.pending} left to do`,
      );
    });
  command
    .command('list')
    .description('events that are not carried out whole: waiting for a register, or for an officer')
    .option('--all', 'the others too')
    .option('--json', 'one JSON array')
    .action(async ({ all, json }: { all?: boolean; json?: boolean }) => {
      const events = await withCore((core) => core.lifeEvents.list(all ? 'all' : 'left'));
      print(json, events, () =>
        table([
          ['event', 'kind', 'account', 'state', 'reason'],
          ...events.map(({ id, kind, account, state, reason }) => [
            id,
            kind,
            account ?? '',
            state,
            reason ?? '',
          ]),
        ]),
      );
    });
  return command;
};
