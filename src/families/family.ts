/** The documents of the feature. They hold references only; what somebody typed about another is sealed. */
import type { Account } from '../accounts/index.ts';
import { birthDateOf, fourteenthBirthday } from './age.ts';
import type { FamilyEvent } from './tell-events.ts';

/** `guardian` 监护人: of a child under 14. `relative` 亲属: for somebody who agreed to it herself, or by a court. */
export type LinkKind = 'guardian' | 'relative';

/** What a link rests on. */
export type Basis = 'register' | 'guardianship' | 'own_consent' | 'counter_consent' | 'court';

export type EndReason =
  | 'acting_side'
  | 'other_side'
  | 'refused'
  | 'expired'
  | 'child_turned_14'
  | 'guardian_not_recorded'
  | 'account_closed';

export interface Link {
  /** `fl_` + 22 characters */
  id: string;
  kind: LinkKind;
  state: 'invited' | 'active' | 'ended';
  /** Account of the child or relative; absent when nobody has an account with the document that was typed. */
  holder?: string;
  basis?: Basis;
  /** The counter's record it came from. */
  record?: string;
  /** Unix seconds. */
  createdAt: number;
  /** Of an invitation. */
  expiresAt?: number;
  startedAt?: number;
  /** Of a guardian's that rests on the register: when it last said so. */
  confirmedAt?: number;
  /** The child wants the guardian to go on after the 14th birthday. */
  keptAt?: number;
  endedAt?: number;
  endReason?: EndReason;
  /** Device keys of copies from before these were given under a power (src/credentials/presenters.ts). */
  deviceKeys: string[];
}

/** All links in which one person acts for others: one document, so that its compare-and-set counts them. */
export interface Family {
  /** Account of the person who acts. */
  id: string;
  links: Link[];
  /** Sealed: the documents typed in invitations that are still open, by link. */
  typed: Record<string, { kind: string; number: string }>;
  untold: FamilyEvent[];
  pending?: 'yes';
}

/** Says where to look for who acts for a person; never taken as proof of it. */
export interface HolderPointer {
  /** `<holder>|<who acts>` */
  id: string;
  holder: string;
  actor: string;
  /** Of a guardian's child: the day of the 14th birthday, YYYY-MM-DD; sealed, found by a keyed hash. */
  birthday?: string;
}

/** What an officer has seen at the counter; nothing comes of it before a second officer agrees. */
export interface CounterRecord {
  /** `fr_` + 22 characters */
  id: string;
  basis: 'guardianship' | 'counter_consent' | 'court';
  actor: string;
  holder: string;
  /** Sealed: the reference number of the paper. */
  evidence: string;
  /** Id of the unit it was recorded in: its own officers see and decide it. */
  unit: string;
  recordedBy: string;
  recordedAt: number;
  expiresAt: number;
  state: 'recorded' | 'confirmed' | 'done' | 'declined';
  decidedBy?: string;
  decidedAt?: number;
  /** `yes` while it is confirmed and its link not written. */
  pending?: 'yes';
}

export const mostLinks = 10;
/** Who acts for another is proved to be herself, and so is who agrees to it. */
export const actingProofing = 3;
/** A child with an account of her own at this level may keep her guardian, this long before the birthday. */
export const keepingProofing = 2;
export const keepingSeconds = 30 * 86_400;
export const invitationSeconds = 30 * 86_400;
/** The guardian register is asked again after this long. */
export const confirmingSeconds = 86_400;
export const recordSeconds = 7 * 86_400;
/** Ended links that stay to be seen; the audit keeps all. */
export const mostEnded = 40;

/** The power that a link gives, as the record of its copies names it. */
export const powerOf = (link: string): string => `f:${link}`;

export const isOpen = ({ state }: Link): boolean => state !== 'ended';

/** Until when a guardian may act, if the child does not keep her; undefined where the number tells no age. */
export const guardianUntil = (child: Account): number | undefined => {
  const birthDate = birthDateOf({ kind: child.documentKind, number: child.documentNumber });
  return birthDate === undefined ? undefined : fourteenthBirthday(birthDate);
};

/** Why an open link is over although nobody has written it down yet; undefined while it stands. */
export const overBecause = (link: Link, holder: Account | undefined, now: number): EndReason | undefined => {
  if (link.state === 'invited') return link.expiresAt! <= now ? 'expired' : undefined;
  if (!holder || holder.state === 'closed') return 'account_closed';
  if (link.kind === 'relative' || link.keptAt !== undefined) return undefined;
  const until = guardianUntil(holder);
  return until === undefined || until <= now ? 'child_turned_14' : undefined;
};
