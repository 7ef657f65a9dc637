// Starts oidc-provider by itself, in memory or on a plain SQLite adapter, in a process of its own.
import { join } from 'node:path';
import { freePort } from '../../dist/tour/server-process.js';
import { temporaryFolder } from '../leftovers.mjs';
import { ServerUnderTest } from '../server-under-test.mjs';

export const startBareProvider = async (app, { store = 'memory' } = {}) => {
  const port = await freePort();
  const baseUrl = `http://localhost:${port}`;
  const server = new ServerUnderTest({
    entry: new URL('bare-oidc-provider.mjs', import.meta.url),
    ready: `${baseUrl}/.well-known/openid-configuration`,
    env: {
      PORT: String(port),
      CLIENT_ID: app.clientId,
      CLIENT_SECRET: app.clientSecret,
      REDIRECT_URI: app.redirectUri,
      ...(store === 'sqlite' ? { SQLITE_FILE: join(temporaryFolder(), 'peer.db') } : {}),
    },
  });
  await server.start();
  return { server, baseUrl };
};
