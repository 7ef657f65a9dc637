/** Proofing level 3, by a face check, a digital certificate, or an officer who checked the card. Nothing here ever lowers a level. */
import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts/index.ts';
import { ServiceError } from '../errors.ts';
import type { CertificateFault } from './certificate-check.ts';
import type { RegistrationContext } from './context.ts';
import type { FaceAnswer } from './face-check.ts';

const faceBudget = { name: 'face-account', limit: 5, windowSeconds: 86_400 } as const;
const certificateBudget = { name: 'certificate-account', limit: 10, windowSeconds: 86_400 } as const;
const faceSessionSeconds = 600;
const keyOf = (sessionId: string): string => `registration:face:${sessionId}`;
const challengeKeyOf = (challenge: string): string => `registration:certificate:${challenge}`;

const mayRise = async (context: RegistrationContext, accountId: string): Promise<Account> => {
  const account = await context.accounts.get(accountId);
  if (account === undefined) throw new ServiceError('not_found');
  if (account.state !== 'active') throw new ServiceError('forbidden');
  return account;
};

const raise = async (
  context: RegistrationContext,
  account: Account,
  how: {
    actor: string;
    way: 'face' | 'officer' | 'certificate';
    adapter?: string;
    fingerprint?: string;
    requestId?: string;
  },
): Promise<Account> => {
  const { account: raised, from } = await context.accounts.raiseProofing(account.id, 3);
  if (from === undefined) return raised;
  await context.audit.append({
    action: 'account.level_raised',
    actor: how.actor,
    subject: account.id,
    result: 'ok',
    details: {
      way: how.way,
      from,
      to: 3,
      ...(how.adapter ? { adapter: how.adapter } : {}),
      ...(how.fingerprint ? { certificate: how.fingerprint } : {}),
    },
    ...(how.requestId ? { requestId: how.requestId } : {}),
  });
  await context.accounts.tell(account.id, 'level_raised');
  return raised;
};

/** A face check of one person: what it answers counts for her alone, once. */
export const beginFaceCheck = async (context: RegistrationContext, accountId: string): Promise<string> => {
  if (context.face === undefined) throw new ServiceError('not_found');
  await mayRise(context, accountId);
  const sessionId = randomBytes(24).toString('base64url');
  await context.ephemeral.set(keyOf(sessionId), accountId, faceSessionSeconds);
  return sessionId;
};

/** `expired`: there is no such check of this person, or it was used. */
export const raiseByFace = async (
  context: RegistrationContext,
  accountId: string,
  sessionId: string,
  requestId?: string,
): Promise<FaceAnswer | 'expired'> => {
  if (context.face === undefined) throw new ServiceError('not_found');
  const account = await mayRise(context, accountId);
  await context.budget.spend(faceBudget, accountId);
  if ((await context.ephemeral.get(keyOf(sessionId))) !== accountId) return 'expired';
  if ((await context.ephemeral.take(keyOf(sessionId))) !== accountId) return 'expired';
  // Level 3 stands on level 2: a face is compared with the photograph of a document that was matched.
  const { documentKind: kind, documentNumber: number, name } = account;
  const answer =
    account.proofingLevel >= 2 ? await context.face.check(sessionId, { kind, number, name }) : 'no_match';
  const { adapter } = context.face;
  const actor = `account:${accountId}`;
  if (answer === 'match') {
    await raise(context, account, { actor, way: 'face', adapter, ...(requestId ? { requestId } : {}) });
  } else {
    await context.audit.append({
      action: 'account.level_not_raised',
      actor,
      subject: accountId,
      result: answer === 'no_match' ? 'refused' : 'failed',
      details: { way: 'face', answer, adapter },
      ...(requestId ? { requestId } : {}),
    });
  }
  return answer;
};

/** What she signs names the place, so that a signature made for another page is worth nothing here. */
export const textToSign = (baseUrl: string, challenge: string): string =>
  `onecert:level3:${baseUrl}:${challenge}`;

/** A text for one person to sign, good once and for ten minutes. */
export const beginCertificateCheck = async (
  context: RegistrationContext,
  accountId: string,
): Promise<string> => {
  if (context.certificates === undefined) throw new ServiceError('not_found');
  await mayRise(context, accountId);
  const challenge = randomBytes(32).toString('base64url');
  await context.ephemeral.set(challengeKeyOf(challenge), accountId, 600);
  return challenge;
};

/** A refusal leaves the text good, under the budget; a rise takes it. Throws register_unavailable: nothing is proved. */
export const raiseByCertificate = async (
  context: RegistrationContext & { baseUrl: string },
  input: { accountId: string; challenge: string; jws: string; requestId?: string },
): Promise<'match' | 'expired' | CertificateFault> => {
  const { accountId, challenge, jws } = input;
  if (context.certificates === undefined) throw new ServiceError('not_found');
  const account = await mayRise(context, accountId);
  // As with a face: level 3 stands on a document that was matched.
  if (account.proofingLevel < 2) throw new ServiceError('forbidden');
  await context.budget.spend(certificateBudget, accountId);
  const key = challengeKeyOf(challenge);
  if ((await context.ephemeral.get(key)) !== accountId) return 'expired';
  const actor = `account:${accountId}`;
  const request = input.requestId ? { requestId: input.requestId } : {};
  const notRaised = (result: 'refused' | 'failed', answer: string) =>
    context.audit.append({
      action: 'account.level_not_raised',
      actor,
      subject: accountId,
      result,
      details: { way: 'certificate', answer },
      ...request,
    });
  const text = textToSign(context.baseUrl, challenge);
  const checked = await context.certificates.check(jws, text, account).catch(async (error: unknown) => {
    await notRaised('failed', 'unavailable');
    throw error;
  });
  if ('fault' in checked) {
    await notRaised('refused', checked.fault);
    return checked.fault;
  }
  if ((await context.ephemeral.take(key)) !== accountId) return 'expired';
  await raise(context, account, { actor, way: 'certificate', fingerprint: checked.fingerprint, ...request });
  return 'match';
};

/** The officer has held the card and seen the face on it. Nobody vouches for herself. */
export const raiseByOfficer = async (
  context: RegistrationContext,
  accountId: string,
  officer: string,
): Promise<Account> => {
  const account = await mayRise(context, accountId);
  if (accountId === officer) throw new ServiceError('forbidden', { detail: 'nobody vouches for herself' });
  return raise(context, account, { actor: `account:${officer}`, way: 'officer' });
};
