import { randomUUID } from 'node:crypto';
import type { AdapterPayload, Provider } from 'oidc-provider';
import type { ClientLike } from '../library.ts';
import type { LogoutDelivery } from './delivery.ts';

interface IdTokenLike {
  set(name: string, value: unknown): void;
  issue(how: { use: 'logout' }): Promise<string>;
}

type IdTokenClass = new (claims: object, of: { client: unknown; ctx: undefined }) => IdTokenLike;

/**
 * Back-Channel Logout 1.0 §2.4, made anew for each try: `iat` and `jti` are of now, it ends after 120 s, its `typ` is
 * `logout+jwt`, and it is signed (and encrypted) as the app's ID tokens are. The subject is set and not derived: outside
 * a request the library does not know of which realm it must be.
 */
const makeLogoutToken = (
  provider: Provider,
  client: ClientLike,
  { sub, sid }: Pick<LogoutDelivery, 'sub' | 'sid'>,
): Promise<string> => {
  const { IdToken } = provider as unknown as { IdToken: IdTokenClass };
  const token = new IdToken({}, { client, ctx: undefined });
  token.set('sub', sub);
  token.set('events', { 'http://schemas.openid.net/event/backchannel-logout': {} });
  token.set('jti', randomUUID());
  if (client.backchannelLogoutSessionRequired === true) token.set('sid', sid);
  return token.issue({ use: 'logout' });
};

/** Where to, and what with; undefined when the app is gone, or no longer wants to be told. */
export const prepareLogout =
  (provider: () => Provider, findClient: (clientId: string) => Promise<AdapterPayload | undefined>) =>
  async (delivery: LogoutDelivery): Promise<{ uri: string; token: string } | undefined> => {
    const metadata = await findClient(delivery.clientId);
    // The library itself knows no app that is suspended.
    const Client = provider().Client as unknown as new (metadata: object) => ClientLike;
    const client = metadata && new Client(metadata);
    const uri = client?.backchannelLogoutUri;
    if (client === undefined || typeof uri !== 'string') return undefined;
    return { uri, token: await makeLogoutToken(provider(), client, delivery) };
  };
