/** Pairwise subjects (OIDC Core §8.1): one app cannot be joined with another by what it stores. */
import { createHmac } from 'node:crypto';
import { isOfficeRef } from './capacities/acting.ts';
import type { GrantCapacity, OidcContext } from './library.ts';

const memoSize = 10_000;

/** An official is another subject than the same person at home: one app cannot join the two. */
export type Realm = 'office';

export type Subjects = (sector: string, accountId: string, realm?: Realm) => string;

/** `(sector, account id) -> sub`, the same in code, ID token, userinfo, introspection and logout token. */
export const createSubjects = (pairwiseKey: Uint8Array): Subjects => {
  const memo = new Map<string, string>();
  return (sector, accountId, realm) => {
    const input = realm === undefined ? `${sector}|${accountId}` : `${realm}|${sector}|${accountId}`;
    const kept = memo.get(input);
    if (kept !== undefined) return kept;
    const sub = createHmac('sha256', pairwiseKey).update(input).digest('base64url');
    if (memo.size >= memoSize) memo.delete(memo.keys().next().value!);
    memo.set(input, sub);
    return sub;
  };
};

/**
 * A hint or a claims request may name the person by the subject of either realm. Until the grant says which one it is,
 * the one that was named is answered, so that an official coming back is known again.
 */
export const pairwiseSubject = (
  subjects: Subjects,
  oidc: OidcContext | undefined,
  sector: string,
  accountId: string,
): string => {
  const grant = oidc?.entities.Grant as GrantCapacity | undefined;
  const office = (): string => subjects(sector, accountId, 'office');
  if (grant?.capacity !== undefined)
    return isOfficeRef(grant.capacity) ? office() : subjects(sector, accountId);
  const hint = oidc?.entities.IdTokenHint as { payload?: { sub?: unknown } } | undefined;
  const named = [hint?.payload?.sub, oidc?.claims?.id_token?.sub?.value];
  return named.includes(office()) ? office() : subjects(sector, accountId);
};
