/** Members of oidc-provider that its type package leaves out. One place, checked when the library is updated. */
import type { Provider as LibraryProvider } from 'oidc-provider';
import type { AcrRequest } from './levels.ts';

/** The part of `ctx.oidc` we read. */
export interface OidcContext {
  route: string;
  params?: Record<string, unknown>;
  claims?: { id_token?: Record<string, { essential?: boolean; value?: unknown; values?: unknown } | null> };
  session?: SessionLike;
  account?: { accountId: string };
  client?: ClientLike;
  grant?: InstanceType<LibraryProvider['Grant']>;
  result?: { login?: unknown; consent?: { grantId?: string } };
  entities: Record<string, unknown>;
  requestParamScopes: Set<string>;
  redirectUriCheckPerformed?: boolean;
}

export interface SessionLike {
  uid: string;
  acr?: string;
  accountId?: string;
  loginTs?: number;
  state?: { secret?: string; clientId?: string; state?: string; postLogoutRedirectUri?: string };
  grantIdFor(clientId: string): string | undefined;
}

export interface ClientLike {
  clientId: string;
  clientName?: string;
  clientAuthMethod?: string;
  [own: string]: unknown;
}

/** OIDC Core §5.5.1.1 and acr_values (§3.1.2.1), in one form. The library has put acr_values into the claims. */
export const requestedAcr = (oidc: Pick<OidcContext, 'claims'>): AcrRequest | undefined => {
  const request = oidc.claims?.id_token?.acr;
  if (!request) return undefined;
  const listed = Array.isArray(request.values) ? request.values : [request.value];
  const values = listed.filter((value): value is string => typeof value === 'string');
  return { values, essential: request.essential === true };
};
