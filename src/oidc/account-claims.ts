/** What the library learns of an account, by scope, and only when asked. */
import type { AccountClaims, Account as LibraryAccount } from 'oidc-provider';
import type { Account } from '../accounts/index.ts';
import { methodsOf, strengthOf } from './levels.ts';

/** The code or token in whose name the claims are read, as far as it knows of the sign-in. */
export interface ClaimsSource {
  acr?: string;
  amr?: readonly string[];
  authTime?: number;
  /** Of an access token: see extraTokenClaims in provider.ts. */
  extra?: { acr?: string; amr?: readonly string[]; auth_time?: number };
}

/** Whether a claim may be given for a person proved to this level (docs/levels-and-attributes.md). */
export type ClaimExists = (claim: string, proofingLevel: number) => boolean;

const personal = (
  account: Account,
  scopes: ReadonlySet<string>,
  exists: ClaimExists,
): Record<string, string> => {
  const claims = {
    ...(scopes.has('profile') ? { name: account.name } : {}),
    ...(scopes.has('phone') && account.phone !== undefined ? { phone_number: account.phone } : {}),
    ...(scopes.has('document')
      ? { document_kind: account.documentKind, document_number: account.documentNumber }
      : {}),
  };
  return Object.fromEntries(Object.entries(claims).filter(([claim]) => exists(claim, account.proofingLevel)));
};

const ofSignIn = (source: ClaimsSource): Record<string, unknown> => {
  const acr = source.acr ?? source.extra?.acr;
  const amr = source.amr ?? source.extra?.amr;
  const authTime = source.authTime ?? source.extra?.auth_time;
  return {
    ...(acr === undefined ? {} : { acr }),
    ...(amr === undefined ? {} : { amr }),
    ...(authTime === undefined ? {} : { auth_time: authTime }),
  };
};

/** Claims of the capacity the person acts in; `full` outside the ID token. */
export type ActingClaims = (full: boolean) => Record<string, unknown>;

export interface ClaimsRules {
  source?: ClaimsSource | undefined;
  acting?: ActingClaims;
  exists?: ClaimExists | undefined;
}

export const libraryAccount = (
  account: Account,
  { source = {}, acting = () => ({}), exists = () => true }: ClaimsRules = {},
): LibraryAccount & { proofing: number } => ({
  accountId: account.id,
  /** Read by the policy: what the person is proved to be now, not when she signed in. */
  proofing: account.proofingLevel,
  claims: (use, scope): AccountClaims => ({
    sub: account.id,
    ...ofSignIn(source),
    proofing_level: account.proofingLevel,
    authenticator_level: Math.max(1, strengthOf(methodsOf(source.amr ?? source.extra?.amr))),
    ...acting(use !== 'id_token'),
    // The library puts the scopes' claims into an ID token issued beside an access token with an audience.
    ...(use === 'id_token' ? {} : personal(account, new Set(scope.split(' ')), exists)),
  }),
});
