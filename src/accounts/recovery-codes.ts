/** Ten codes on paper for the day everything else is lost. Shown once; only their hashes are kept. */
import { createHash, randomInt } from 'node:crypto';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { Conflict } from '../storage/index.ts';
import { recoveryId } from './account-store.ts';
import { type AuthenticatorDeps, factorBudget } from './authenticator-deps.ts';

const count = 10;
/** No vowels and nothing that looks like another: 16 of them are 77 bits. */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ23456789';

const newCode = (): string =>
  Array.from({ length: 4 }, () =>
    Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join(''),
  ).join('-');

const plain = (code: string): string =>
  code
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');
const hashOf = (accountId: string, code: string): string =>
  createHash('sha256')
    .update(`recovery|${accountId}|${plain(code)}`)
    .digest('base64url');

/** New codes in place of all earlier ones. */
export const makeRecoveryCodes = async (deps: AuthenticatorDeps, accountId: string): Promise<string[]> => {
  const account = await deps.accounts.get(accountId);
  if (account === undefined) throw new ServiceError('not_found');
  const codes = Array.from({ length: count }, newCode);
  const hashes = codes.map((code) => hashOf(accountId, code));
  const id = recoveryId(accountId);
  const changedAt = seconds(deps.clock);
  const present = await deps.authenticators.get(id);
  if (present) await deps.authenticators.replace({ ...present, codes: hashes, changedAt });
  else {
    await deps.authenticators.insert({
      id,
      account: accountId,
      kind: 'recovery',
      codes: hashes,
      createdAt: changedAt,
      changedAt,
    });
  }
  await deps.audit?.append({
    action: 'authenticator.added',
    actor: `account:${accountId}`,
    subject: accountId,
    result: 'ok',
    details: { kind: 'recovery' },
  });
  await deps.tell(account, 'recovery_codes_made');
  return codes;
};

/** True once for each code. */
export const useRecoveryCode = async (
  deps: AuthenticatorDeps,
  accountId: string,
  code: string,
): Promise<boolean> => {
  await deps.budget.spend(factorBudget, `${accountId}|recovery`);
  const kept = await deps.authenticators.get(recoveryId(accountId));
  const hash = hashOf(accountId, code);
  if (kept?.codes === undefined || !kept.codes.includes(hash)) return false;
  try {
    const codes = kept.codes.filter((other) => other !== hash);
    await deps.authenticators.replace({ ...kept, codes, usedAt: seconds(deps.clock) });
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
};
