import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { Conflict } from '../storage/index.ts';
import type { RegistrationContext } from './context.ts';
import { neededPurpose, type Purpose } from './privacy-notice.ts';

/**
 * PIPL art. 15: as easy to take back as to give, from this moment on. The one purpose without which there is no account
 * ends with the account. Withdrawing again changes nothing. Throws not_found, forbidden.
 */
export const withdrawConsent = async (
  { consents, audit, clock }: RegistrationContext,
  input: { accountId: string; purpose: string; requestId?: string },
): Promise<void> => {
  const { accountId, purpose, requestId } = input;
  const given = await consents.get(`${accountId}:${purpose}`);
  if (given === undefined) throw new ServiceError('not_found');
  if (given.purpose === (neededPurpose as Purpose)) throw new ServiceError('forbidden');
  if (given.withdrawnAt !== undefined) return;
  try {
    await consents.replace({ ...given, withdrawnAt: seconds(clock) });
  } catch (error) {
    if (error instanceof Conflict) return; // withdrawn in another window at this moment: nothing else changes it
    throw error;
  }
  await audit.append({
    action: 'account.consent_withdrawn',
    actor: `account:${accountId}`,
    subject: accountId,
    result: 'ok',
    details: { purpose: given.purpose, text: given.textVersion },
    ...(requestId ? { requestId } : {}),
  });
};
