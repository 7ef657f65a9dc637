import { Command } from 'commander';
import { print, table, UsageError } from './output.ts';
import { withCore } from './with-core.ts';

const dateOf = (at: number): string => new Date(at * 1000).toISOString();

export const logoutsCommand = (): Command => {
  const command = new Command('logouts').description(
    'apps that could not be told of a logout (docs/logout.md)',
  );
  command
    .command('list')
    .description('what was given up: the app, why, since when')
    .option('--json', 'one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const dead = await withCore((core) => core.oidc.logouts.dead());
      const shown = dead.map(({ id, clientId, reason, tries, createdAt }) => ({
        id,
        client_id: clientId,
        reason,
        tries,
        since: dateOf(createdAt),
      }));
      print(json, shown, () =>
        table([
          ['id', 'client_id', 'reason', 'tries', 'since'],
          ...shown.map((one) => [one.id, one.client_id, one.reason ?? '', String(one.tries), one.since]),
        ]),
      );
    });
  command
    .command('retry')
    .description('send again; the running server does it within seconds')
    .argument('[id]', 'as listed')
    .option('--app <client_id>', 'all of one app')
    .option('--json', 'one JSON object')
    .action(async (id: string | undefined, { app, json }: { app?: string; json?: boolean }) => {
      if ((id === undefined) === (app === undefined)) throw new UsageError('give an id, or --app');
      const retried = await withCore(async ({ oidc: { logouts } }) => {
        if (id !== undefined) {
          await logouts.retry(id);
          return 1;
        }
        const ofApp = (await logouts.dead()).filter(({ clientId }) => clientId === app);
        for (const one of ofApp) await logouts.retry(one.id);
        return ofApp.length;
      });
      print(json, { retried }, () => `${retried} to be sent again`);
    });
  return command;
};
