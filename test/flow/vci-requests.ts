/** What a wallet asks of the credential issuer, request by request (OpenID4VCI 1.0). */
import type { Account } from '../../src/accounts/index.ts';
import { preAuthorizedCodeGrant } from '../../src/credentials/index.ts';
import { type CredentialOffer, getJson, issuerMetadata, redeemOffer } from '../../src/tour/wallet-client.ts';
import type { RunningApp } from './start-app.ts';

/** `app` is asked for at each request: suites start theirs in beforeAll. */
export const vciRequests = (app: () => RunningApp) => {
  const offerFor = (account: Account, configurationIds: string[], txCode = false) =>
    app().core.offers.create({ account, configurationIds, txCode, context: { actor: 'test' } });

  const codeOf = (offer: Record<string, unknown>): string =>
    (offer as unknown as CredentialOffer).grants[preAuthorizedCodeGrant]!['pre-authorized_code']!;

  const token = (fields: Record<string, string>, init: RequestInit = {}) =>
    fetch(`${app().baseUrl}/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: preAuthorizedCodeGrant, ...fields }),
      ...init,
    });

  const accessTokenFor = async (configurationIds: string[], account?: Account): Promise<string> => {
    const { credential_offer } = await offerFor(
      account ?? (await app().core.samplePerson('lin'))!,
      configurationIds,
    );
    return redeemOffer(credential_offer as unknown as CredentialOffer, undefined);
  };

  const credentialRequest = (accessToken: string, body: unknown, contentType = 'application/json') =>
    fetch(`${app().baseUrl}/credential`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': contentType },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  const nonce = async (): Promise<string> =>
    (
      await getJson<{ c_nonce: string }>((await issuerMetadata(app().baseUrl)).nonce_endpoint, {
        method: 'POST',
      })
    ).c_nonce;

  const errorOf = async (response: Response): Promise<string> =>
    ((await response.json()) as { error: string }).error;

  return { offerFor, codeOf, token, accessTokenFor, credentialRequest, nonce, errorOf };
};
