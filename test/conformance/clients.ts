import { bySecretBasic, bySecretPost, type Client, type Plan } from './relying-party.ts';

/** As `onecert app add` makes it for the suite. */
export const addStaticClient = async (
  { op, suite }: Plan,
  method: 'client_secret_basic' | 'client_secret_post',
  redirectUri: string = suite.redirectUri,
): Promise<Client> => {
  const { clientId, clientSecret } = await op.core.apps.add({
    name: 'Conformance suite',
    type: 'confidential',
    pkce: 'optional',
    idTokenAlg: 'RS256',
    redirectUris: [redirectUri],
    scopes: ['openid', 'profile', 'phone', 'offline_access'],
    grantTypes: ['authorization_code', 'refresh_token'],
  });
  const by = method === 'client_secret_basic' ? bySecretBasic : bySecretPost;
  return by(clientId, clientSecret!, redirectUri);
};
