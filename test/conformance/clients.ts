import { bySecretBasic, bySecretPost, type Client, type Plan } from './relying-party.ts';

/** As `onecert app add --metadata` makes it for the suite (docs/conformance.md). */
export const addStaticClient = async (
  { op, suite }: Plan,
  method: 'client_secret_basic' | 'client_secret_post',
  redirectUri: string = suite.redirectUri,
): Promise<Client> => {
  const { clientId, clientSecret } = await op.core.apps.add({
    client_name: 'Conformance suite',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'openid profile phone offline_access',
    token_endpoint_auth_method: method,
    id_token_signed_response_alg: 'RS256',
    pkce: 'optional',
  });
  const by = method === 'client_secret_basic' ? bySecretBasic : bySecretPost;
  return by(clientId, clientSecret!, redirectUri);
};
