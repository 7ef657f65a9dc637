/** Members of oidc-provider that its type package leaves out. One place, checked when the library is updated. */
import type { Provider as LibraryProvider } from 'oidc-provider';
import type { SignInMethod } from '../accounts/index.ts';
import type { AcrRequest } from './levels.ts';

/** The part of `ctx.oidc` we read. */
export interface OidcContext {
  route: string;
  params?: Record<string, unknown>;
  claims?: { id_token?: Record<string, { essential?: boolean; value?: unknown; values?: unknown } | null> };
  session?: SessionLike;
  account?: { accountId: string; proofing?: number };
  client?: ClientLike;
  grant?: InstanceType<LibraryProvider['Grant']>;
  result?: InteractionResult;
  prompts: Set<string>;
  entities: Record<string, unknown>;
  requestParamScopes: Set<string>;
  redirectUriCheckPerformed?: boolean;
}

/** What the pages of a sign-in have found out; kept on the server, carried from one step to the next. */
export interface InteractionResult {
  login?: LoginResult;
  /** Which capacity the person picked. */
  select_account?: { capacity: string };
  consent?: { grantId?: string };
}

export interface LoginResult {
  accountId: string;
  acr?: string;
  amr?: string[];
  ts?: number;
  remember?: boolean;
  /** When each method of this authorization was shown, Unix seconds. */
  methods?: Partial<Record<SignInMethod, number>>;
  /** A further factor of the person signed in, and not a sign-in anew. */
  stepUp?: boolean;
}

/** Members of our own in the library's records: kept because provider.ts adds them to IN_PAYLOAD. */
export const ownSessionMembers = ['methods', 'signedInAt', 'office', 'device', 'network'] as const;
export const ownGrantMembers = ['capacity'] as const;

/** An app in a session. */
export interface SessionApp {
  sid?: string;
  grantId?: string;
  persistsLogout?: boolean;
  /** Of the grant: our own. */
  capacity?: string | undefined;
}

export interface SessionLike {
  uid: string;
  acr?: string;
  amr?: string[];
  /** When each method was last shown, Unix seconds. */
  methods?: Partial<Record<SignInMethod, number>>;
  /** Of the last full sign-in: what the absolute limit counts from. */
  signedInAt?: number;
  /** An official's capacity was used in it: the shorter limits hold. */
  office?: boolean;
  /** Words for the browser, and a keyed hash of its network: see sessions/. */
  device?: { system: string; browser: string };
  network?: string;
  accountId?: string;
  loginTs?: number;
  state?: { secret?: string; clientId?: string; state?: string; postLogoutRedirectUri?: string };
  authorizations?: Record<string, SessionApp>;
  grantIdFor(clientId: string): string | undefined;
  /** `create`: or it is of no session when the first app comes. */
  authorizationFor(clientId: string, create: true): SessionApp;
}

export interface ClientLike {
  clientId: string;
  clientName?: string;
  clientAuthMethod?: string;
  scope?: string;
  redirectUriAllowed(uri: unknown): boolean;
  [own: string]: unknown;
}

/** The reference of the capacity a grant was given in; absent means as oneself. */
export interface GrantCapacity {
  capacity?: string;
}

interface AcrMember {
  essential?: boolean;
  value?: unknown;
  values?: unknown;
}

const acrOfClaims = (claims: unknown): AcrMember | undefined => {
  if (typeof claims !== 'string') return undefined;
  return (JSON.parse(claims) as { id_token?: { acr?: AcrMember | null } }).id_token?.acr ?? undefined;
};

/**
 * OIDC Core §5.5.1.1 and acr_values, in one form. Read from the parameters: the library lets acr_values overwrite an
 * essential claim. An essential claim counts before acr_values, and those before a claim that is only wished for; the
 * levels of acr_values are necessary too (RFC 9470 §5).
 */
export const requestedAcr = (oidc: Pick<OidcContext, 'params'>): AcrRequest | undefined => {
  const claim = acrOfClaims(oidc.params?.claims);
  const acrValues = oidc.params?.acr_values;
  if (typeof acrValues === 'string' && claim?.essential !== true)
    return { values: acrValues.split(' '), essential: false };
  if (claim === undefined) return undefined;
  const listed = Array.isArray(claim.values) ? claim.values : [claim.value];
  const values = listed.filter((value): value is string => typeof value === 'string');
  const essential = claim.essential === true;
  return { values, essential, voluntary: !essential };
};
