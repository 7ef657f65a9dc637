import { Command } from 'commander';
import { dayOption } from './day-option.ts';
import { print, table } from './output.ts';
import { cliContext, withCore } from './with-core.ts';

interface Options {
  code: string;
  app: string;
  return: string;
  until?: string;
  md5Until?: string;
  newSecret?: boolean;
  json?: boolean;
}

const days = ({ until, md5Until }: Options) => ({
  ...(until === undefined ? {} : { until: dayOption('--until', until) }),
  ...(md5Until === undefined ? {} : { md5Until: dayOption('--md5-until', md5Until) }),
});

const day = (unixSeconds: number): string => new Date(unixSeconds * 1000).toISOString().slice(0, 10);

export const ticketServiceCommand = (): Command => {
  const command = new Command('ticket-service').description(
    'service codes 接入码 of apps that still sign in the old way, by ticket',
  );
  command
    .command('add')
    .description('give an app a service code; its secret is shown once')
    .requiredOption('--code <servicecode>', 'as the app sends it today')
    .requiredOption('--app <client_id>', 'the app behind it')
    .requiredOption('--return <uri>', 'one of the redirect URIs of the app')
    .requiredOption('--until <day>', 'like 2027-06-30: from then on it says where to go')
    .option('--md5-until <day>', 'until then a MD5 signature is taken from this one')
    .option('--json', 'one JSON object')
    .action(async (options: Options) => {
      const added = await withCore((core) =>
        core.tickets.add(
          {
            code: options.code,
            clientId: options.app,
            returnUri: options.return,
            until: dayOption('--until', options.until!),
            ...days(options),
          },
          cliContext.actor,
        ),
      );
      print(options.json, added, () => table(Object.entries(added)));
    });
  command
    .command('change')
    .description('move its days (a day in the past ends it now), or give it a new secret')
    .requiredOption('--code <servicecode>')
    .option('--until <day>')
    .option('--md5-until <day>')
    .option('--new-secret', 'shown once; the present one ends now')
    .option('--json', 'one JSON object')
    .action(async (options: Options) => {
      const changed = await withCore((core) =>
        core.tickets.change(
          options.code,
          { ...days(options), ...(options.newSecret ? { newSecret: true } : {}) },
          cliContext.actor,
        ),
      );
      print(options.json, changed, () => table(Object.entries(changed)));
    });
  command
    .command('list')
    .option('--json', 'one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const services = await withCore((core) => core.tickets.list());
      const shown = services.map(({ id, clientId, returnUri, until, md5Until }) => ({
        servicecode: id,
        client_id: clientId,
        return: returnUri,
        until: day(until),
        ...(md5Until === undefined ? {} : { md5_until: day(md5Until) }),
      }));
      print(json, shown, () =>
        table([
          ['servicecode', 'client_id', 'until'],
          ...shown.map((one) => [one.servicecode, one.client_id, one.until]),
        ]),
      );
    });
  return command;
};
