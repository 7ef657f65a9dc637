import type { AdapterPayload } from 'oidc-provider';
import { type App, type AppMetadata, type AppProfile, homeOf } from './app.ts';
import { secretsForLibrary } from './app-secret.ts';

/** Our own members of the library's client; declared in provider.ts as extraClientMetadata. */
export const ownMetadata = [
  'onecert_pkce',
  'onecert_sector',
  'onecert_first_party',
  'onecert_profile',
  'onecert_home_uri',
  'onecert_exchange_from',
] as const;

export interface OwnMetadata {
  onecert_pkce: 'required' | 'optional';
  onecert_sector: string;
  onecert_first_party: boolean;
  onecert_profile: AppProfile;
  onecert_home_uri?: string | undefined;
  onecert_exchange_from: readonly string[];
}

/** What an app may say of itself, in the order in which it is kept: the library hashes the text of a client. */
const members = [
  'client_name',
  'client_uri',
  'logo_uri',
  'policy_uri',
  'tos_uri',
  'contacts',
  'application_type',
  'redirect_uris',
  'post_logout_redirect_uris',
  'response_types',
  'response_modes',
  'grant_types',
  'scope',
  'subject_type',
  'sector_identifier_uri',
  'token_endpoint_auth_method',
  'token_endpoint_auth_signing_alg',
  'jwks',
  'jwks_uri',
  'id_token_signed_response_alg',
  'id_token_encrypted_response_alg',
  'id_token_encrypted_response_enc',
  'userinfo_signed_response_alg',
  'userinfo_encrypted_response_alg',
  'userinfo_encrypted_response_enc',
  'request_uris',
  'request_object_signing_alg',
  'request_object_encryption_alg',
  'request_object_encryption_enc',
  'require_signed_request_object',
  'require_pushed_authorization_requests',
  'dpop_bound_access_tokens',
  'introspection_signed_response_alg',
  'default_max_age',
  'require_auth_time',
  'default_acr_values',
  'initiate_login_uri',
  'backchannel_logout_uri',
  'backchannel_logout_session_required',
] as const;

export type AppMember = (typeof members)[number];

/** Members that are no client metadata, or none an app may say of itself. */
export const unknownMembers = (given: object): string[] =>
  Object.keys(given).filter((name) => !(members as readonly string[]).includes(name));

/** The known members that are there, in their fixed order. */
export const canonical = (given: object): AppMetadata => {
  const known = given as Record<string, unknown>;
  return Object.fromEntries(
    members.filter((name) => known[name] !== undefined).map((name) => [name, known[name]]),
  ) as unknown as AppMetadata;
};

export interface Supported {
  scopes: ReadonlySet<string>;
  grantTypes: ReadonlySet<string>;
}

const preAuthorizedCode = 'urn:ietf:params:oauth:grant-type:pre-authorized_code';

/** An app in the library's form: only canonical members, so that an unchanged app is an unchanged client to it. */
export const clientMetadata = (app: App, supported: Supported): AdapterPayload & OwnMetadata => {
  const { grant_types = ['authorization_code'], scope = '', ...metadata } = app.metadata;
  const withSecret = String(metadata.token_endpoint_auth_method ?? 'client_secret_basic').startsWith(
    'client_secret',
  );
  return {
    client_id: app.id,
    client_id_issued_at: app.createdAt,
    ...metadata,
    grant_types: grant_types.filter((type) => supported.grantTypes.has(type)),
    // A scope whose certificate type was removed must not make the whole app unusable.
    scope: scope
      .split(' ')
      .filter((name) => supported.scopes.has(name))
      .join(' '),
    // RFC 9396 §10: which details an app may ask for is narrowed by its scopes, in the credential issuer's own check.
    ...(supported.grantTypes.has(preAuthorizedCode)
      ? { authorization_details_types: ['openid_credential'] }
      : {}),
    subject_type: 'pairwise',
    ...(withSecret ? { client_secret: secretsForLibrary(app.secrets) } : {}),
    onecert_pkce: app.pkce,
    onecert_sector: app.sector,
    onecert_first_party: app.firstParty,
    onecert_profile: app.profile,
    onecert_home_uri: homeOf(app.metadata),
    onecert_exchange_from: app.exchangeFrom ?? [],
  };
};
