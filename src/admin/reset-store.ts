import type { Collection, Storage } from '../storage/index.ts';

/** Two pairs of eyes on a person who has nothing left to sign in with. Kept after it is decided. */
export interface Reset {
  /** `ar_` + 22 characters */
  id: string;
  account: string;
  purpose: string;
  /** Whether her phone goes as well. */
  phone: 'keep' | 'end';
  unit: string;
  proposedBy: string;
  proposedAt: number;
  expiresAt: number;
  /** approved: agreed and being carried out; done: carried out and the slip given. */
  state: 'open' | 'approved' | 'done' | 'declined';
  decidedBy?: string;
  decidedAt?: number;
}

export const openResets = (storage: Storage): Collection<Reset> =>
  storage.collection<Reset>({ name: 'account_resets', schemaVersion: 1, indexes: ['unit', 'account'] });
