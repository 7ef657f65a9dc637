/** An app: what the rest of the world calls a client. */
import type { CollectionSpec } from '../../storage/index.ts';

export type IdTokenAlg = 'ES256' | 'EdDSA' | 'RS256';

export type AppGrantType =
  | 'authorization_code'
  | 'refresh_token'
  | 'urn:ietf:params:oauth:grant-type:pre-authorized_code'
  | 'urn:ietf:params:oauth:grant-type:token-exchange';

export interface App {
  /** The client_id. */
  id: string;
  name: string;
  type: 'confidential' | 'public';
  redirectUris: string[];
  postLogoutRedirectUris: string[];
  scopes: string[];
  grantTypes: AppGrantType[];
  pkce: 'required' | 'optional';
  /** Run by the province itself: people are not asked for consent. */
  firstParty: boolean;
  idTokenAlg: IdTokenAlg;
  /** Pairwise subjects are the same within a sector: host of the https redirect, else the app's own id. */
  sector: string;
  /** Where "back to the app" leads. */
  homeUri: string;
  /** SHA-256 of the secret; see app-secret.ts. Absent for public apps. */
  secretHash?: string;
  /** Apps of the same unit whose tokens this one may exchange; its own always (RFC 8693). */
  exchangeFrom?: string[];
  createdAt: number;
}

export const appSpec: CollectionSpec<App> = { name: 'apps', schemaVersion: 1 };
