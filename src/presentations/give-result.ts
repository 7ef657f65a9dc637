import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { Conflict } from '../storage/index.ts';
import { codeHash } from './accept-answer.ts';
import type { PresentationDeps } from './dependencies.ts';
import type { Outcome } from './presentation-store.ts';

export type Result =
  | { id: string; state: 'pending'; expires_at: number }
  | { id: string; state: 'refused' | 'expired' | 'given' }
  | ({ id: string; state: 'done' } & Outcome);

/**
 * The second of the two calls: to the app that asked, once. On the same device the answer is there only for who brings
 * the code that the wallet gave to the browser: so it is the browser that began, and nobody who guessed or passed a link
 * on (OpenID4VP 1.0 §13.3).
 */
export const giveResult = async (
  { presentations, clock }: Pick<PresentationDeps, 'presentations' | 'clock'>,
  { id, clientId, responseCode }: { id: string; clientId: string; responseCode: string | undefined },
): Promise<Result> => {
  const one = await presentations.get(id);
  if (one?.client !== clientId) throw new ServiceError('not_found');
  const isOver = seconds(clock) > one.until;
  if (one.state === 'open')
    return isOver ? { id, state: 'expired' } : { id, state: 'pending', expires_at: one.until };
  if (one.responseCode !== undefined && one.state !== 'given') {
    if (responseCode === undefined) return { id, state: 'pending', expires_at: one.until };
    if (codeHash(responseCode) !== one.responseCode) throw new ServiceError('forbidden');
  }
  if (one.state !== 'answered' || !one.outcome)
    return { id, state: one.state === 'refused' ? 'refused' : 'given' };
  const { outcome, ...rest } = one;
  try {
    await presentations.replace({ ...rest, state: 'given' });
  } catch (error) {
    if (error instanceof Conflict) return { id, state: 'given' };
    throw error;
  }
  return { id, state: 'done', ...outcome };
};
