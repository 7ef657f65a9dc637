/** Who stands behind a code or a token at this moment, and what may be told of her. */

import type { Logger } from 'pino';
import type { Accounts, Capacity } from '../accounts/index.ts';
import type { ActingClaims, ClaimExists, ClaimsSource, ReadPersonal } from './account-claims.ts';
import { libraryAccount } from './account-claims.ts';
import { whileStoreAnswers } from './adapter/store-faults.ts';
import { type Acting, capacityClaims, isOfficeRef } from './capacities/acting.ts';
import type { GrantCapacity } from './library.ts';

export interface ClaimsClient {
  clientId: string;
  onecert_sector?: unknown;
}

/** Claims that one app alone gets of a person, whatever its scopes. */
export type AppClaims = (accountId: string, clientId: string) => Promise<Record<string, unknown>>;

export interface FindAccountDeps {
  accounts: Accounts;
  acting: Acting;
  pairwiseKey: Uint8Array;
  claimExists: ClaimExists | undefined;
  appClaims: AppClaims | undefined;
  logger: Logger;
}

export interface FoundFor {
  source?: ClaimsSource | undefined;
  grant?: (GrantCapacity & { getOIDCScope(): string }) | undefined;
  client?: ClaimsClient | undefined;
}

export interface FindAccount {
  /** Undefined when there is nobody any more: blocked, closed, or the mandate or post she acts in has ended. */
  (accountId: string, found: FoundFor): Promise<ReturnType<typeof libraryAccount> | undefined>;
  /** What an app learns of the capacity; `full` outside the ID token. */
  claimsOf(capacity: Capacity, client: unknown, full: boolean): Record<string, unknown>;
}

export const createFindAccount = (deps: FindAccountDeps): FindAccount => {
  const { accounts, acting, pairwiseKey, logger } = deps;
  const claimsOf: FindAccount['claimsOf'] = (capacity, client, full) =>
    capacityClaims(capacity, {
      full,
      sector: String((client as ClaimsClient).onecert_sector),
      pairwiseKey,
    });

  const find = async (id: string, { source, grant, client }: FoundFor) => {
    const account = await accounts.get(id);
    if (account?.state !== 'active') return undefined;
    // The person agreed to it on the consent page; who read what and when stands on her log.
    const read: ReadPersonal = (fields) =>
      whileStoreAnswers(logger, () =>
        accounts.readPlain(id, {
          fields,
          purpose: 'app_consented',
          actor: `client:${client?.clientId ?? 'unknown'}`,
        }),
      );
    const { appClaims } = deps;
    const rules = { read, source, exists: deps.claimExists };
    // An official is somebody else there than the person at home (ZZD-1): what the app knew the person by would join them.
    const ofApp =
      client && appClaims && !isOfficeRef(grant?.capacity)
        ? { ofApp: () => whileStoreAnswers(logger, () => appClaims(id, client.clientId)) }
        : {};
    if (grant?.capacity === undefined) return libraryAccount(account, { ...rules, ...ofApp });
    const capacity = await acting.live(id, grant.capacity, grant.getOIDCScope().split(' '));
    if (capacity === undefined) return undefined;
    const told: ActingClaims = (full) => claimsOf(capacity, client, full);
    return libraryAccount(account, { ...rules, ...ofApp, acting: told });
  };
  return Object.assign((id: string, found: FoundFor) => whileStoreAnswers(logger, () => find(id, found)), {
    claimsOf,
  });
};
