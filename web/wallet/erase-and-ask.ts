import { askForProof, endSession } from './session.ts';
import { lockNow } from './vault.ts';
import { eraseAll } from './wallet-store.ts';

/** The lock was given up or forced: nothing stays, and the login's own session is not enough to come back. */
export const eraseAndAskForProof = async (): Promise<void> => {
  await eraseAll();
  endSession();
  askForProof();
  // Other tabs may still hold what opened it.
  lockNow();
};
