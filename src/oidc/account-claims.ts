/** What the library learns of an account, by scope, and only when asked. */
import type { AccountClaims, Account as LibraryAccount } from 'oidc-provider';
import type { Account } from '../accounts/index.ts';
import { passwordLevel } from './levels.ts';

/** The code or token in whose name the claims are read, as far as it knows of the sign-in. */
export interface ClaimsSource {
  acr?: string;
  amr?: readonly string[];
  authTime?: number;
  /** Of an access token: see extraTokenClaims in provider.ts. */
  extra?: { acr?: string; amr?: readonly string[]; auth_time?: number };
}

const personal = (account: Account, scopes: ReadonlySet<string>): Record<string, string> => ({
  ...(scopes.has('profile') ? { name: account.name } : {}),
  ...(scopes.has('phone') && account.phone !== undefined ? { phone_number: account.phone } : {}),
  ...(scopes.has('document')
    ? { document_kind: account.documentKind, document_number: account.documentNumber }
    : {}),
});

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

export const libraryAccount = (account: Account, source: ClaimsSource = {}): LibraryAccount => ({
  accountId: account.id,
  claims: (use, scope): AccountClaims => ({
    sub: account.id,
    ...ofSignIn(source),
    proofing_level: account.proofingLevel,
    authenticator_level: passwordLevel,
    // The library puts the scopes' claims into an ID token issued beside an access token with an audience.
    ...(use === 'id_token' ? {} : personal(account, new Set(scope.split(' ')))),
  }),
});
