import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { AlreadyExists, Conflict } from '../storage/index.ts';
import { totpId } from './account-store.ts';
import { type AuthenticatorDeps, factorBudget } from './authenticator-deps.ts';
import { limits } from './limits.ts';
import { matchingStep } from './totp.ts';

const plainCode = (code: string): string => code.normalize('NFKC').replace(/\s+/g, '');

/** Keeps the secret once a code made with it was typed. False for a wrong code; AlreadyExists is one too many. */
export const addTotp = async (
  deps: AuthenticatorDeps,
  accountId: string,
  input: { secret: string; code: string },
): Promise<boolean> => {
  const account = await deps.accounts.get(accountId);
  if (account === undefined) throw new ServiceError('not_found');
  await deps.budget.spend(factorBudget, `${accountId}|otp-enrol`);
  const now = seconds(deps.clock);
  const step = matchingStep(input.secret, plainCode(input.code), now);
  if (step === undefined) return false;
  try {
    await deps.authenticators.insert({
      id: totpId(accountId),
      account: accountId,
      kind: 'totp',
      secret: input.secret,
      usedStep: step,
      createdAt: now,
      changedAt: now,
    });
  } catch (error) {
    if (error instanceof AlreadyExists) throw new ServiceError('already_exists', { cause: error });
    throw error;
  }
  await deps.audit?.append({
    action: 'authenticator.added',
    actor: `account:${accountId}`,
    subject: accountId,
    result: 'ok',
    details: { kind: 'totp' },
  });
  await deps.tell(account, 'totp_added');
  return true;
};

/** True once for each code; counted before it is looked at. */
export const checkTotp = async (
  deps: AuthenticatorDeps,
  accountId: string,
  code: string,
): Promise<boolean> => {
  await deps.budget.spend(factorBudget, `${accountId}|otp`);
  await deps.budget.spend(limits.totpDay, accountId);
  const kept = await deps.authenticators.get(totpId(accountId));
  if (kept?.secret === undefined) return false;
  const now = seconds(deps.clock);
  const step = matchingStep(kept.secret, plainCode(code), now, kept.usedStep);
  if (step === undefined) return false;
  try {
    await deps.authenticators.replace({ ...kept, usedStep: step, usedAt: now });
    return true;
  } catch (error) {
    // The same code at the same moment elsewhere.
    if (error instanceof Conflict) return false;
    throw error;
  }
};
