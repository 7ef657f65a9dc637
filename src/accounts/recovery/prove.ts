/** The steps of a recovery up to the new password. What the browser says it has proved is never asked. */
import { randomBytes } from 'node:crypto';
import { Conflict, NotFound, type Versioned } from '../../storage/index.ts';
import { factorBudget } from '../authenticator-deps.ts';
import { checkPasskey } from '../passkey-authenticator.ts';
import { useRecoveryCode as redeemRecoveryCode } from '../recovery-codes.ts';
import { checkTotp } from '../totp-authenticator.ts';
import { countedAs, phoneMarkOf, type RecoveryContext } from './context.ts';
import { type Proof, wayOf } from './matrix.ts';
import { offeredTo } from './offered-proofs.ts';
import type { Recovery } from './recovery-store.ts';
import { phoneOf } from './send-message.ts';

/** What she gives as a proof. A face check is done elsewhere, under the session of this recovery. */
export type Given =
  | { proof: 'sms' | 'recovery_code' | 'totp'; code: string }
  | { proof: 'passkey'; response: string; origin: string; address: string }
  | { proof: 'face' };

/** `not_now`: this recovery does not stand where that is asked. */
export type Proved = 'proved' | 'wrong' | 'unavailable' | 'not_now';

/** Shared with the raising of a level: one person has so many face checks a day. */
const faceBudget = { name: 'face-account', limit: 5, windowSeconds: 86_400 } as const;

export const newFaceSession = (): string => randomBytes(24).toString('base64url');

/** Compare-and-set; undefined when another request of this browser was first. */
export const moveOn = async (
  context: RecoveryContext,
  next: Versioned<Recovery>,
): Promise<Versioned<Recovery> | undefined> => {
  try {
    return await context.recoveries.replace(next);
  } catch (error) {
    if (error instanceof Conflict || error instanceof NotFound) return undefined;
    throw error;
  }
};

type Checked =
  | { proved: true; account?: string; phone?: string }
  | { proved: false; why: 'wrong' | 'unavailable' };
const wrong: Checked = { proved: false, why: 'wrong' };
const answer = (right: boolean): Checked => (right ? { proved: true } : wrong);

const checkMessage = async (context: RecoveryContext, recovery: Recovery, code: string): Promise<Checked> => {
  await context.budget.spend(factorBudget, `${countedAs(recovery)}|sms`);
  const { phone, hers } = await phoneOf(context, recovery);
  const right = await context.codes.redeem({ phone, binding: recovery.id, code });
  if (!right || !hers) return wrong;
  const account = recovery.account ?? (recovery.people.length === 1 ? recovery.people[0] : undefined);
  return { proved: true, phone: phoneMarkOf(context, phone), ...(account ? { account } : {}) };
};

const checkFace = async (context: RecoveryContext, recovery: Recovery): Promise<Checked> => {
  await context.budget.spend(faceBudget, countedAs(recovery));
  const account = recovery.account === undefined ? undefined : await context.find(recovery.account);
  if (account === undefined) return { proved: false, why: 'unavailable' };
  const { documentKind: kind, documentNumber: number, name } = account;
  const found = await context.face?.check(recovery.faceSession ?? '', { kind, number, name });
  return found === 'match' || found === 'no_match'
    ? answer(found === 'match')
    : { proved: false, why: 'unavailable' };
};

const check = async (context: RecoveryContext, recovery: Recovery, given: Given): Promise<Checked> => {
  const { account, people } = recovery;
  switch (given.proof) {
    case 'sms':
      return checkMessage(context, recovery, given.code);
    case 'recovery_code':
      return answer(await redeemRecoveryCode(context, countedAs(recovery), given.code));
    case 'totp':
      return answer(await checkTotp(context, countedAs(recovery), given.code));
    case 'face':
      return checkFace(context, recovery);
    case 'passkey': {
      const { origin, response, address } = given;
      const input = {
        challenge: recovery.challenge,
        response,
        address,
        ...(account ? { accountId: account } : {}),
      };
      const owner = await checkPasskey(context, { origin }, input);
      return owner && people.includes(owner.id) ? { proved: true, account: owner.id } : wrong;
    }
  }
};

const record = (context: RecoveryContext, recovery: Recovery, proof: Proof, result: 'ok' | 'refused') =>
  context.audit?.append({
    action: result === 'ok' ? 'recovery.proved' : 'recovery.refused',
    actor: 'system',
    ...(recovery.account ? { subject: recovery.account } : {}),
    result,
    details: { proof },
  });

/** Checks one proof, counted before it is looked at in the same budgets as in the sign-in. */
export const prove = async (
  context: RecoveryContext,
  recovery: Versioned<Recovery>,
  given: Given,
): Promise<Proved> => {
  if (!(await offeredTo(context, recovery)).includes(given.proof)) return 'not_now';
  const checked = await check(context, recovery, given);
  if (!checked.proved) {
    await record(context, recovery, given.proof, 'refused');
    // A face check answers once: the next try is another one.
    if (given.proof === 'face') await moveOn(context, { ...recovery, faceSession: newFaceSession() });
    return checked.why;
  }
  const account = checked.account ?? recovery.account;
  const proofs = [...recovery.proofs, given.proof];
  const state = account === undefined ? 'choosing' : wayOf(proofs) ? 'password' : 'proving';
  const next = {
    ...recovery,
    proofs,
    state,
    faceSession: newFaceSession(),
    ...(account ? { account } : {}),
    ...(checked.phone ? { phone: checked.phone } : {}),
  } satisfies Recovery;
  const moved = await moveOn(context, next);
  if (moved) await record(context, moved, given.proof, 'ok');
  return moved ? 'proved' : 'not_now';
};

/** Which of those on the phone she is. The form holds a place in the list that stands here, and nothing else. */
export const choosePerson = async (
  context: RecoveryContext,
  recovery: Versioned<Recovery>,
  place: number,
): Promise<Proved> => {
  const account = recovery.people[place];
  if (recovery.state !== 'choosing' || account === undefined) return 'not_now';
  const state = wayOf(recovery.proofs) ? 'password' : 'proving';
  const moved = await moveOn(context, { ...recovery, account, state });
  if (moved) await record(context, moved, 'sms', 'ok');
  return moved ? 'proved' : 'not_now';
};
