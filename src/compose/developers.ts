/** Part of the composition root: what the developers' pages read of the running issuer. */
import { join } from 'node:path';
import { projectDir } from '../config.ts';
import type { Core } from '../core.ts';
import type { DeveloperDeps } from '../developers/index.ts';
import { readDiscovery } from '../oidc/index.ts';

const privateMembers = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']);

/** What of the core they read. */
type Parts = Pick<
  Core,
  'config' | 'clock' | 'storage' | 'catalogue' | 'items' | 'appScopes' | 'oidc' | 'keyring' | 'sandbox'
>;

export const composeDevelopers = (core: Parts): DeveloperDeps => ({
  baseUrl: core.config.baseUrl,
  ...(core.sandbox ? { sandboxUrl: core.sandbox.baseUrl } : {}),
  clock: core.clock,
  ephemeral: core.storage.ephemeral,
  catalogue: core.catalogue,
  items: core.items,
  appScopes: core.appScopes,
  describeScope: core.oidc.describeScope,
  discovery: () => readDiscovery(core.config.baseUrl, core.oidc.callback),
  loginKeys: () => ({
    keys: core.keyring
      .loginJwks()
      .keys.map((key) =>
        Object.fromEntries(Object.entries(key).filter(([name]) => !privateMembers.has(name))),
      ),
  }),
  async findApp(clientId) {
    const app = await core.oidc.apps.get(clientId);
    if (app?.state !== 'listed') return undefined;
    const {
      client_name: name,
      redirect_uris: redirectUris,
      scope = '',
      application_type: type,
    } = app.metadata;
    const { request_uris: requestUris = [] } = app.metadata;
    const high = app.profile === 'high';
    return {
      name,
      redirectUris,
      scopes: scope.split(' '),
      pkceRequired: high || app.pkce === 'required',
      parRequired: high || app.metadata.require_pushed_authorization_requests === true,
      requestUris,
      native: type === 'native',
    };
  },
  examplesDir: join(projectDir, 'examples/quick-start'),
  registration: core.config.clientRegistration.mode,
  sample: core.config.sample.enabled,
});
