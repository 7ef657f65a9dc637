/** The documents of the feature. They hold references only: no name, number or phone of a person. */
import type { EnterpriseEvent } from './tell-events.ts';

/**
 * A person's power in an enterprise, from the day she got it. It never comes back under the same id, so whatever was
 * given under it is dead with it.
 */
export interface Post {
  /** `post_` + 22 characters */
  id: string;
  account: string;
  since: number;
  /** A manager's: the post of the legal representative who appointed her. */
  appointedUnder?: string;
}

export interface Enterprise {
  /** `ent_` + 22 characters */
  id: string;
  creditCode: string;
  /** As the register has them. */
  name: string;
  region: string;
  /** `ended`: the register says so for good; a legal representative may open it again when the register changes. */
  state: 'active' | 'ended';
  /** Grows with every end, so that what rested on an earlier life of the enterprise does not come back. */
  term: number;
  legalRep?: Post;
  /** NET-4: at most five. They live in this one document, so that its compare-and-set counts them. */
  managers: Post[];
  createdAt: number;
  untold: EnterpriseEvent[];
  pending?: 'yes';
}

export type MandateState = 'offered' | 'active' | 'declined' | 'ended';

export type EndReason =
  | 'principal'
  | 'delegate'
  | 'delegate_closed'
  | 'expired'
  | 'giver_lost_power'
  | 'enterprise_ended'
  | 'agent_ended'
  | 'parent_ended';

/** A mandate 授权委托. What it allows never changes: other items or times are another mandate. */
export interface Mandate {
  /** `m_` + 22 characters */
  id: string;
  /** To a person, to an agent firm, or by an agent firm to one of its staff. */
  kind: 'person' | 'agent' | 'agent_staff';
  /** The principal, also of `agent_staff`. */
  enterprise: string;
  /** Account of the delegate; absent for `agent`. */
  person?: string;
  /** Enterprise id of the agent firm, of `agent` and `agent_staff`. */
  agent?: string;
  /** The agent firm's `term` when it got the mandate. */
  agentTerm?: number;
  /** The agent firm's own mandate, of `agent_staff`. */
  parent?: string;
  items: string[];
  /** Unix seconds. */
  validFrom: number;
  validUntil: number;
  /** Account id. */
  givenBy: string;
  /** The giver's post: in the principal, of `agent_staff` in the agent firm. */
  givenUnder: string;
  state: MandateState;
  createdAt: number;
  acceptedBy?: string;
  acceptedAt?: number;
  /** `account:<id>`, `register` or `system` */
  endedBy?: string;
  endedAt?: number;
  endReason?: EndReason;
  untold: EnterpriseEvent[];
  pending?: 'yes';
}

export const maxManagers = 5;
/** A year, also one with 29 February in it. */
export const maxMandateSeconds = 366 * 86_400;
/** Design: proofing 3 where it is sensitive: legal representatives and managers. */
export const powerProofing = 3;
export const delegateProofing = 2;

export const postsOf = ({ legalRep, managers }: Enterprise): Post[] =>
  legalRep ? [legalRep, ...managers] : managers;

export const postOf = (enterprise: Enterprise, account: string): Post | undefined =>
  postsOf(enterprise).find((post) => post.account === account);

export const isOpen = ({ state }: Mandate): boolean => state === 'offered' || state === 'active';

/** What a mandate rests on. */
export interface Grounds {
  principal: Enterprise;
  agent?: Enterprise;
  parent?: Mandate;
}

/** Why an open mandate is over although nobody has written it down yet; undefined while it stands. */
export const overBecause = (mandate: Mandate, grounds: Grounds, now: number): EndReason | undefined => {
  const { principal, agent, parent } = grounds;
  if (mandate.validUntil <= now) return 'expired';
  if (principal.state === 'ended') return 'enterprise_ended';
  if (mandate.agent && (agent?.state !== 'active' || agent.term !== mandate.agentTerm)) return 'agent_ended';
  const holds = (enterprise: Enterprise): boolean =>
    postsOf(enterprise).some(({ id }) => id === mandate.givenUnder);
  if (mandate.kind !== 'agent_staff') return holds(principal) ? undefined : 'giver_lost_power';
  if (parent?.state !== 'active' || overBecause(parent, grounds, now)) return 'parent_ended';
  return holds(agent!) ? undefined : 'giver_lost_power';
};
