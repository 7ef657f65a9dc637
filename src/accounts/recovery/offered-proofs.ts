import { seconds } from '../../clock.ts';
import { phoneProves } from '../phone-standing.ts';
import type { RecoveryContext } from './context.ts';
import { missingAfter, type Proof } from './matrix.ts';
import type { Recovery } from './recovery-store.ts';

/**
 * What may be given now. Before the first proof the same for everybody, whatever she has and whether she is anybody;
 * after it, what she has and what completes a way. A face counts where it was compared or the person seen before.
 */
export const offeredTo = async (context: RecoveryContext, recovery: Recovery): Promise<Proof[]> => {
  if (recovery.state !== 'proving') return [];
  const sms: Proof[] = context.codes.available ? ['sms'] : [];
  if (recovery.proofs.length === 0)
    return recovery.by === 'phone' ? [...sms, 'passkey'] : [...sms, 'recovery_code', 'totp', 'passkey'];
  const account = recovery.account === undefined ? undefined : await context.find(recovery.account);
  if (account?.state !== 'active') return [];
  const kept = await context.authenticators.find('account', account.id, { limit: 100 });
  const kinds = new Set(kept.map(({ kind }) => kind));
  const has: Record<Proof, boolean> = {
    sms: context.codes.available && phoneProves(account, seconds(context.clock)),
    recovery_code: kept.some(({ kind, codes }) => kind === 'recovery' && (codes?.length ?? 0) > 0),
    totp: kinds.has('totp'),
    passkey: kinds.has('passkey'),
    face: context.face !== undefined && account.proofingLevel === 3,
  };
  return missingAfter(recovery.proofs).filter((proof) => has[proof]);
};
