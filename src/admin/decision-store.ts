import type { CertificateState, LifeVerb, RenewOperation } from '../credentials/index.ts';
import type { Collection, Storage } from '../storage/index.ts';

/** What each act leads to: a state, or the next version. */
export const effects = {
  suspend: { to: '02' },
  resume: { to: '01' },
  revoke: { to: '07' },
  withdraw: { to: '03' },
  cancel: { to: '04' },
  lapse: { to: '05' },
  move_out: { to: '06' },
  other: { to: '99' },
  renew: { operation: 'renewal' },
  change: { operation: 'change' },
  correct: { operation: 'correction' },
  replace: { operation: 'replacement' },
} as const satisfies Record<LifeVerb, { to: CertificateState } | { operation: RenewOperation }>;

/** Who proposes what the register says differently. */
export const byRegister = 'register';

/** The states an act may start from. */
export const startsFrom = (verb: LifeVerb): readonly CertificateState[] => {
  if (verb === 'suspend') return ['01'];
  return verb === 'resume' ? ['02'] : ['01', '02'];
};

/** What may be proposed of a certificate in this state. */
export const verbsFrom = (state: CertificateState): LifeVerb[] =>
  (Object.keys(effects) as LifeVerb[]).filter((verb) => startsFrom(verb).includes(state));

/** Two pairs of eyes on a certificate's life. Kept after its decision: who proposed, who agreed. */
export interface Decision {
  /** `cd_` + 22 characters */
  id: string;
  verb: LifeVerb;
  certificate: string;
  type: string;
  issuer: string;
  reason: string;
  /** Unit in whose name it is proposed; the approver is of the same. */
  unit: string;
  /** Account id, or `register`. */
  proposedBy: string;
  /** What the register says differently: names, never values. */
  fields?: string[];
  /** Two officials have to agree to what the register proposes; the first of them. */
  second?: true;
  firstBy?: string;
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
export const shownDecision = ({ once: _once, ver: _ver, ...decision }: Decision & { ver?: number }) =>
  decision;

export const openDecisions = (storage: Storage): Collection<Decision> =>
  storage.collection<Decision>({
    name: 'certificate_decisions',
    schemaVersion: 1,
    unique: ['once'],
    indexes: ['unit', 'state'],
  });
