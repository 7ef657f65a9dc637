import type { CertificateState } from '../credentials/index.ts';
import type { Collection, Storage } from '../storage/index.ts';

export const verbs = { suspend: '02', resume: '01', revoke: '07' } as const satisfies Record<
  string,
  CertificateState
>;

export type Verb = keyof typeof verbs;

export const startsFrom: Record<Verb, readonly CertificateState[]> = {
  suspend: ['01'],
  resume: ['02'],
  revoke: ['01', '02'],
};

/** What may be proposed of a certificate in this state. */
export const verbsFrom = (state: CertificateState): Verb[] =>
  (Object.keys(verbs) as Verb[]).filter((verb) => startsFrom[verb].includes(state));

/** Two pairs of eyes on a certificate's state. Kept after its decision: who proposed, who agreed. */
export interface Decision {
  /** `cd_` + 22 characters */
  id: string;
  verb: Verb;
  certificate: string;
  type: string;
  issuer: string;
  reason: string;
  /** Unit in whose name it is proposed; the approver is of the same. */
  unit: string;
  proposedBy: string;
  proposedAt: number;
  expiresAt: number;
  /** SHA-256 over the proposer and her idempotency key. */
  once: string;
  /** approved: agreed and being carried out; done: carried out. */
  state: 'open' | 'approved' | 'done' | 'declined' | 'failed';
  decidedBy?: string;
  decidedAt?: number;
  /** Why it was sent back: a code. */
  decidedReason?: string;
}

/** Without what only the same request, sent twice, is known by. */
export const shownDecision = ({ once: _once, ...decision }: Decision) => decision;

export const openDecisions = (storage: Storage): Collection<Decision> =>
  storage.collection<Decision>({
    name: 'certificate_decisions',
    schemaVersion: 1,
    unique: ['once'],
    indexes: ['unit', 'state'],
  });
