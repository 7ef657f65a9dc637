import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { Core } from '../core.ts';
import { preAuthorizedCodeGrant } from '../credentials/index.ts';
import { accessCsv } from '../developers/apps/index.ts';
import type { AddAppInput, App, AppState } from '../oidc/index.ts';
import { legacyIdsCommand } from './legacy-ids.ts';
import { print, table, UsageError } from './output.ts';
import { withCore } from './with-core.ts';

const collect = (value: string, list: string[]): string[] => [...list, value];

interface AddOptions {
  name?: string;
  redirect: string[];
  postLogout: string[];
  scope: string[];
  pkce: string;
  profile: string;
  metadata?: string;
  public?: boolean;
  json?: boolean;
}

const metadataFrom = (file: string): Partial<AddAppInput> => {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below, in one way for both.
  }
  throw new UsageError('--metadata names a file with one JSON object of client metadata');
};

const addInput = (options: AddOptions, core: Core): AddAppInput => {
  const { pkce, profile } = options;
  if (pkce !== 'required' && pkce !== 'optional') throw new UsageError('--pkce is required or optional');
  if (profile !== 'standard' && profile !== 'high')
    throw new UsageError('--profile is standard or high (FAPI 2.0)');
  const given = options.metadata === undefined ? {} : metadataFrom(options.metadata);
  const input = {
    scope: core.appScopes.join(' '),
    grant_types: ['authorization_code', 'refresh_token', preAuthorizedCodeGrant],
    ...given,
    ...(options.name === undefined ? {} : { client_name: options.name }),
    ...(options.redirect.length > 0 ? { redirect_uris: options.redirect } : {}),
    ...(options.postLogout.length > 0 ? { post_logout_redirect_uris: options.postLogout } : {}),
    ...(options.scope.length > 0 ? { scope: options.scope.join(' ') } : {}),
    ...(options.public ? { token_endpoint_auth_method: 'none' as const } : {}),
    pkce,
    profile,
  } as const;
  const { client_name, redirect_uris } = input as Partial<AddAppInput>;
  if (client_name === undefined || redirect_uris === undefined)
    throw new UsageError('say --name and --redirect, or --metadata with client_name and redirect_uris');
  return { ...input, client_name, redirect_uris, source: 'operator' };
};

const shownApp = ({ id, state, profile, source, metadata, secrets }: App): Record<string, unknown> => ({
  client_id: id,
  state,
  profile,
  source,
  ...metadata,
  secrets: secrets.map(({ hash: _hash, ...secret }) => secret),
});

const acts: { name: string; state: AppState; says: string }[] = [
  { name: 'suspend', state: 'suspended', says: 'no token any more; what it has is dead' },
  { name: 'resume', state: 'listed', says: 'listed again; people sign in anew' },
  { name: 'retire', state: 'retired', says: 'for good' },
];

const secretCommands = (command: Command): void => {
  command
    .command('add-secret')
    .description('a second secret, shown once; end the old one when the app uses the new one')
    .argument('<client_id>')
    .option('--json', 'one JSON object')
    .action(async (id: string, { json }: { json?: boolean }) => {
      const shown = { client_secret: await withCore((core) => core.apps.addSecret(id, { actor: 'cli' })) };
      print(json, shown, () => table(Object.entries(shown)));
    });
  command
    .command('end-secret')
    .description('a secret that works no more from now on')
    .argument('<client_id>')
    .argument('<secret_id>', 'see onecert app show')
    .action((id: string, secretId: string) =>
      withCore((core) => core.apps.endSecret(id, secretId, { actor: 'cli' })),
    );
};

const exportCommand = (command: Command): void => {
  command
    .command('export')
    .description('the access list for review (ZZD-5): who may ask people for what')
    .option('--unit <id>', 'apps of this unit')
    .option('--enterprise <id>', 'apps of this enterprise')
    .option('--app <id>', 'one app, by client_id or by its id in the registry')
    .option('--json', 'one JSON array instead of CSV')
    .action(async (options: { unit?: string; enterprise?: string; app?: string; json?: boolean }) => {
      const { unit, enterprise, app, json } = options;
      if (unit !== undefined && enterprise !== undefined)
        throw new UsageError('say --unit or --enterprise, not both');
      const owner = unit === undefined ? enterprise && `enterprise:${enterprise}` : `unit:${unit}`;
      const lines = await withCore((core) => core.appRecords.exportAll({ owner, app }));
      print(json, lines, () => accessCsv(lines).trimEnd());
    });
};

export const appCommand = (): Command => {
  const command = new Command('app').description('apps that sign people in (OpenID Connect clients)');
  command
    .command('add')
    .description('register an app; the secret is shown once')
    .option('--name <name>', 'what people read on the sign-in page')
    .option('--redirect <uri>', 'redirect URI; may be given several times', collect, [])
    .option('--post-logout <uri>', 'where to go after sign-out; may be given several times', collect, [])
    .option(
      '--scope <scope>',
      'limit the app to this scope; may be given several times (default: all for apps)',
      collect,
      [],
    )
    .option('--metadata <file>', 'client metadata as JSON (RFC 7591 §2); what is said beside it wins')
    .option('--profile <standard|high>', 'high is the FAPI 2.0 Security Profile', 'standard')
    .option('--pkce <required|optional>', 'optional only for old confidential libraries', 'required')
    .option('--public', 'an app that cannot keep a secret (browser, phone)')
    .option('--json', 'one JSON object')
    .action(async (options: AddOptions) => {
      const added = await withCore((core) => core.apps.add(addInput(options, core), { actor: 'cli' }));
      const shown = {
        client_id: added.clientId,
        ...(added.clientSecret ? { client_secret: added.clientSecret } : {}),
      };
      print(options.json, shown, () => table(Object.entries(shown)));
    });
  command
    .command('list')
    .option('--json', 'one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const apps = await withCore((core) => core.apps.list());
      print(json, apps.map(shownApp), () =>
        table([
          ['client_id', 'state', 'name'],
          ...apps.map((app) => [app.id, app.state, app.metadata.client_name]),
        ]),
      );
    });
  command.addCommand(legacyIdsCommand());
  command
    .command('show')
    .argument('<client_id>')
    .action(async (id: string) => {
      const app = await withCore((core) => core.apps.get(id));
      if (app === undefined) throw new UsageError('there is no such app');
      print(true, shownApp(app), () => '');
    });
  for (const { name, state, says } of acts) {
    command
      .command(name)
      .description(says)
      .argument('<client_id>')
      .action((id: string) =>
        withCore(async (core) => void (await core.apps.setState(id, state, { actor: 'cli' }))),
      );
  }
  secretCommands(command);
  exportCommand(command);
  command
    .command('exchange-from')
    .description('the apps of the same unit whose tokens it may exchange; none ends it')
    .argument('<client_id>')
    .argument('[from...]', 'client ids')
    .action((id: string, from: string[]) =>
      withCore(async (core) => void (await core.apps.setExchangeFrom(id, from, { actor: 'cli' }))),
    );
  command
    .command('registration-token')
    .description('an initial access token (RFC 7591 §3): with it, apps register themselves')
    .option('--days <days>', 'how long it works', '30')
    .option('--json', 'one JSON object')
    .action(async ({ days, json }: { days: string; json?: boolean }) => {
      if (!/^\d{1,4}$/.test(days)) throw new UsageError('--days is a number');
      const token = await withCore((core) => core.oidc.registrationToken(Number(days) * 86_400));
      print(json, { registration_token: token }, () => token);
    });
  return command;
};
