/** Pairwise subjects (OIDC Core §8.1): one app cannot be joined with another by what it stores. */
import { createHmac } from 'node:crypto';

const memoSize = 10_000;

/** `(sector, account id) -> sub`, the same in code, ID token, userinfo, introspection and logout token. */
export const createSubjects = (pairwiseKey: Uint8Array): ((sector: string, accountId: string) => string) => {
  const memo = new Map<string, string>();
  return (sector, accountId) => {
    const input = `${sector}|${accountId}`;
    const kept = memo.get(input);
    if (kept !== undefined) return kept;
    const sub = createHmac('sha256', pairwiseKey).update(input).digest('base64url');
    if (memo.size >= memoSize) memo.delete(memo.keys().next().value!);
    memo.set(input, sub);
    return sub;
  };
};
