/** What the library learns of an account, by scope, and only when asked. */
import type { AccountClaims, Account as LibraryAccount } from 'oidc-provider';
import type { Account, PlainField, PlainValues } from '../accounts/index.ts';
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

/** Fields in the clear of the person, each reading on her log: `readPlain` of src/accounts. */
export type ReadPersonal = (fields: readonly PlainField[]) => Promise<PlainValues>;

const byScope = [
  { scope: 'profile', field: 'name', claim: 'name' },
  { scope: 'phone', field: 'phone', claim: 'phone_number' },
  { scope: 'document', field: 'document', claim: 'document_number' },
] as const;

const personal = async (
  { read, exists = () => true }: ClaimsRules,
  scope: string,
  proofingLevel: number,
): Promise<Record<string, string>> => {
  const scopes = new Set(scope.split(' '));
  const given = byScope.filter((one) => scopes.has(one.scope) && exists(one.claim, proofingLevel));
  if (given.length === 0) return {};
  const { name, phone, documentKind, documentNumber } = await read(given.map(({ field }) => field));
  return {
    ...(name === undefined ? {} : { name }),
    ...(phone === undefined ? {} : { phone_number: phone }),
    ...(documentKind === undefined ? {} : { document_kind: documentKind }),
    ...(documentNumber === undefined ? {} : { document_number: documentNumber }),
  };
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
  read: ReadPersonal;
  source?: ClaimsSource | undefined;
  acting?: ActingClaims;
  exists?: ClaimExists | undefined;
  /** What this one app alone learns. */
  ofApp?: () => Promise<Record<string, unknown>>;
}

export const libraryAccount = (
  account: Account,
  rules: ClaimsRules,
): LibraryAccount & { proofing: number } => {
  const { source = {}, acting = () => ({}), ofApp = async () => ({}) } = rules;
  return {
    accountId: account.id,
    /** Read by the policy: what the person is proved to be now, not when she signed in. */
    proofing: account.proofingLevel,
    // What is the login's own to say comes last, and stands whatever an app is told besides.
    claims: async (use, scope): Promise<AccountClaims> => ({
      ...(await ofApp()),
      // The library puts the scopes' claims into an ID token issued beside an access token with an audience.
      ...(use === 'id_token' ? {} : await personal(rules, scope, account.proofingLevel)),
      sub: account.id,
      ...ofSignIn(source),
      proofing_level: account.proofingLevel,
      authenticator_level: Math.max(1, strengthOf(methodsOf(source.amr ?? source.extra?.amr))),
      ...acting(use !== 'id_token'),
    }),
  };
};
