import { maskName } from '../../identifiers/index.ts';
import type { RecoveryContext } from './context.ts';
import { type Proof, wayOf, ways } from './matrix.ts';
import { offeredTo } from './offered-proofs.ts';
import type { Recovery } from './recovery-store.ts';

/** What the pages may show of a recovery. */
export interface RecoveryView {
  state: Recovery['state'];
  by: Recovery['by'];
  given: readonly Proof[];
  /** What may be given now. */
  offered: readonly Proof[];
  messageSent: boolean;
  challenge: string;
  faceSession?: string;
  /** While choosing: masked names, in the order of the places. */
  people: readonly string[];
  /** How long the new password will wait, once it may be chosen. */
  waitSeconds: number;
}

export const viewRecovery = async (context: RecoveryContext, recovery: Recovery): Promise<RecoveryView> => {
  const { state, by, proofs, messageSent, challenge, faceSession } = recovery;
  const accounts = state === 'choosing' ? await Promise.all(recovery.people.map(context.find)) : [];
  const way = wayOf(proofs);
  return {
    state,
    by,
    given: proofs,
    offered: await offeredTo(context, recovery),
    messageSent,
    challenge,
    ...(faceSession ? { faceSession } : {}),
    people: accounts.map((account) => maskName(account?.name ?? '')),
    waitSeconds: way ? ways[way].waitSeconds : 0,
  };
};
