import { Command } from 'commander';
import { preAuthorizedCodeGrant } from '../credentials/index.ts';
import { legacyIdsCommand } from './legacy-ids.ts';
import { print, table, UsageError } from './output.ts';
import { withCore } from './with-core.ts';

const collect = (value: string, list: string[]): string[] => [...list, value];

interface AddOptions {
  name: string;
  redirect: string[];
  postLogout: string[];
  scope: string[];
  pkce: string;
  public?: boolean;
  json?: boolean;
}

export const appCommand = (): Command => {
  const command = new Command('app').description('apps that sign people in (OpenID Connect clients)');
  command
    .command('add')
    .description('register an app; the secret is shown once')
    .requiredOption('--name <name>', 'what people read on the sign-in page')
    .requiredOption('--redirect <uri>', 'redirect URI; may be given several times', collect, [])
    .option('--post-logout <uri>', 'where to go after sign-out; may be given several times', collect, [])
    .option(
      '--scope <scope>',
      'limit the app to this scope; may be given several times (default: all for apps)',
      collect,
      [],
    )
    .option('--pkce <required|optional>', 'optional only for old confidential libraries', 'required')
    .option('--public', 'an app that cannot keep a secret (browser, phone)')
    .option('--json', 'one JSON object')
    .action(async (options: AddOptions) => {
      if (options.pkce !== 'required' && options.pkce !== 'optional') {
        throw new UsageError('--pkce is required or optional');
      }
      const pkce = options.pkce;
      const added = await withCore((core) =>
        core.apps.add({
          name: options.name,
          redirectUris: options.redirect,
          postLogoutRedirectUris: options.postLogout,
          scopes: options.scope.length > 0 ? options.scope : core.appScopes,
          grantTypes: ['authorization_code', 'refresh_token', preAuthorizedCodeGrant],
          pkce,
          type: options.public ? 'public' : 'confidential',
        }),
      );
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
      print(
        json,
        apps.map(({ id, name, type, redirectUris, scopes }) => ({
          client_id: id,
          name,
          type,
          redirect_uris: redirectUris,
          scopes,
        })),
        () => table([['client_id', 'name'], ...apps.map((app) => [app.id, app.name])]),
      );
    });
  command.addCommand(legacyIdsCommand());
  return command;
};
