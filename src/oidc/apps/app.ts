/** An app: what the rest of the world calls a client. */
import type { ClientMetadata } from 'oidc-provider';
import type { CollectionSpec } from '../../storage/index.ts';
import type { AppMember } from './client-metadata.ts';

/**
 * Only a listed app exists for the login: another one gets no token, and those it had are dead. What comes before (draft,
 * tested) is the developers' portal's own record and lives in the sandbox.
 */
export type AppState = 'listed' | 'suspended' | 'retired';

/** `high` is the FAPI 2.0 Security Profile. */
export type AppProfile = 'standard' | 'high';

/** Who brought it: the province ships it, an operator or a developer's approved request, or RFC 7591 registration. */
export type AppSource = 'province' | 'operator' | 'developer' | 'registration';

/** Client metadata under its own names (RFC 7591 §2, OpenID Connect Registration §2, FAPI 2.0). */
export type AppMetadata = Pick<
  ClientMetadata,
  Exclude<AppMember, 'client_name' | 'redirect_uris' | 'request_uris'>
> & {
  client_name: string;
  redirect_uris: string[];
  /** Not in the library any more; see request-by-reference.ts. */
  request_uris?: string[];
};

export interface AppSecret {
  /** Says which one it is, and nothing more. */
  id: string;
  /** SHA-256 of the secret; see app-secret.ts. */
  hash: string;
  createdAt: number;
  /** Unix seconds. */
  expiresAt?: number;
}

export interface App {
  /** The client_id. */
  id: string;
  state: AppState;
  profile: AppProfile;
  source: AppSource;
  /** Run by the province itself: people are not asked for consent. */
  firstParty: boolean;
  pkce: 'required' | 'optional';
  /** Pairwise subjects are the same within a sector (OpenID Connect Core §8.1). */
  sector: string;
  metadata: AppMetadata;
  /** Two at most, so that one can take the other's place. None for apps with keys of their own and public ones. */
  secrets: AppSecret[];
  /** Unix seconds. Tokens and grants made earlier are dead, also when the app is listed again. */
  tokensFrom?: number;
  /** Apps of the same unit whose tokens it may exchange, beside its own (docs/token-exchange.md). */
  exchangeFrom?: string[];
  createdAt: number;
}

/** Where "back to the app" leads. */
export const homeOf = ({ client_uri, redirect_uris: [first] }: AppMetadata): string | undefined => {
  if (client_uri !== undefined) return client_uri;
  const { protocol, origin } = new URL(first ?? 'about:blank');
  return protocol === 'https:' || protocol === 'http:' ? `${origin}/` : undefined;
};

/** Version 1 had names of our own for the metadata. */
const fromOwnNames = (doc: Record<string, unknown>): Record<string, unknown> => {
  const { id, name, type, redirectUris, postLogoutRedirectUris, scopes, grantTypes, pkce, firstParty } = doc;
  const { idTokenAlg, sector, homeUri, secretHash, createdAt } = doc;
  const hash = secretHash as string | undefined;
  return {
    id,
    state: 'listed',
    profile: 'standard',
    source: firstParty === true ? 'province' : 'operator',
    firstParty,
    pkce,
    sector,
    metadata: {
      client_name: name,
      redirect_uris: redirectUris,
      post_logout_redirect_uris: postLogoutRedirectUris,
      scope: (scopes as string[]).join(' '),
      grant_types: grantTypes,
      id_token_signed_response_alg: idTokenAlg,
      token_endpoint_auth_method: type === 'public' ? 'none' : 'client_secret_basic',
      client_uri: homeUri,
    },
    secrets: hash === undefined ? [] : [{ id: hash.slice(0, 8), hash, createdAt }],
    createdAt,
  };
};

export const appSpec: CollectionSpec<App> = {
  name: 'apps',
  schemaVersion: 2,
  migrations: { 1: fromOwnNames },
};
