/** Pairwise subjects (OIDC Core §8.1): one app cannot be joined with another by what it stores. */
import { createHmac } from 'node:crypto';

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
