/** How oidc-provider's records are kept: one collection a kind, the indexed members lifted out of the payload. */
import type { AdapterPayload } from 'oidc-provider';
import type { CollectionSpec } from '../../storage/index.ts';

export interface OidcDocument {
  /** SHA-256 of the library's id. That id is the token, the code or the cookie itself: a copy of the store holds none. */
  id: string;
  /** What the library gave us, without `jti` (see `id`) and `consumed`. Absent in a tombstone. */
  payload?: AdapterPayload;
  grantId?: string;
  uid?: string;
  accountId?: string;
  /** Unix seconds of the one redemption. */
  consumed?: number;
  /** Unix seconds. A session that was ended or moved to a new id: may never be saved again. */
  endedAt?: number;
  /** Unix seconds. */
  expiresAt?: number;
}

/** Must not be forgotten: a used code is remembered so that its second use revokes what the first one gave. */
export const durableModels = [
  'Session',
  'Grant',
  'AuthorizationCode',
  'AccessToken',
  'RefreshToken',
  'PreAuthorizedCode',
  'PushedAuthorizationRequest',
  'ClientCredentials',
  'InitialAccessToken',
  'RegistrationAccessToken',
] as const;

export type DurableModel = (typeof durableModels)[number];

/** Kinds that hang on a grant and end with it. */
export const grantedModels: readonly DurableModel[] = [
  'AuthorizationCode',
  'AccessToken',
  'RefreshToken',
  'PreAuthorizedCode',
];

const collectionNames: Record<DurableModel, string> = {
  Session: 'oidc_sessions',
  Grant: 'oidc_grants',
  AuthorizationCode: 'oidc_authorization_codes',
  AccessToken: 'oidc_access_tokens',
  RefreshToken: 'oidc_refresh_tokens',
  PreAuthorizedCode: 'oidc_pre_authorized_codes',
  PushedAuthorizationRequest: 'oidc_pushed_requests',
  ClientCredentials: 'oidc_client_credentials',
  InitialAccessToken: 'oidc_initial_access_tokens',
  RegistrationAccessToken: 'oidc_registration_access_tokens',
};

export const oidcSpec = (model: DurableModel): CollectionSpec<OidcDocument> => ({
  name: collectionNames[model],
  schemaVersion: 1,
  // uid is not unique: a lost race leaves two sessions for a moment, and must not become a failure.
  indexes: ['grantId', 'uid', 'accountId'],
  expiresAt: 'expiresAt',
});
