import type { AdapterPayload } from 'oidc-provider';
import type { App } from './app.ts';

/** Our own members of the library's client; declared in provider.ts as extraClientMetadata. */
export const ownMetadata = [
  'onecert_pkce',
  'onecert_sector',
  'onecert_first_party',
  'onecert_home_uri',
  'onecert_exchange_from',
] as const;

export interface OwnMetadata {
  onecert_pkce: 'required' | 'optional';
  onecert_sector: string;
  onecert_first_party: boolean;
  onecert_home_uri: string;
  onecert_exchange_from: string[];
}

export interface Supported {
  scopes: ReadonlySet<string>;
  grantTypes: ReadonlySet<string>;
}

/**
 * An app in the library's form. Only canonical members in a fixed order: the library hashes this text and makes a new
 * client of every change (and compiles nothing for an unchanged one).
 */
export const clientMetadata = (app: App, supported: Supported): AdapterPayload & OwnMetadata => ({
  client_id: app.id,
  client_name: app.name,
  // 'native' would allow any port on loopback and other schemes: redirects are exact for all apps.
  application_type: 'web',
  redirect_uris: app.redirectUris,
  post_logout_redirect_uris: app.postLogoutRedirectUris,
  response_types: ['code'],
  grant_types: app.grantTypes.filter((type) => supported.grantTypes.has(type)),
  // A scope whose certificate type was removed must not make the whole app unusable.
  scope: app.scopes.filter((scope) => supported.scopes.has(scope)).join(' '),
  // RFC 9396 §10: which details an app may ask for is narrowed by its scopes, in the credential issuer's own check.
  ...(supported.grantTypes.has('urn:ietf:params:oauth:grant-type:pre-authorized_code')
    ? { authorization_details_types: ['openid_credential'] }
    : {}),
  subject_type: 'pairwise',
  id_token_signed_response_alg: app.idTokenAlg,
  ...(app.type === 'public'
    ? { token_endpoint_auth_method: 'none' as const }
    : { token_endpoint_auth_method: 'client_secret_basic' as const, client_secret: app.secretHash ?? '' }),
  onecert_pkce: app.pkce,
  onecert_sector: app.sector,
  onecert_first_party: app.firstParty,
  onecert_home_uri: app.homeUri,
  onecert_exchange_from: app.exchangeFrom ?? [],
});
