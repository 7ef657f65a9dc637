/** All that waits, whatever it comes from, as one kind of line. */

import type { Vocabulary } from '../office.ts';
import type { TextKey } from '../texts.ts';
import type { Decision, Intake, IntakeFinding, ReviewSummary } from '../types.ts';
import type { Say } from '../use-text.ts';
import { inWords } from '../use-text.ts';

export const kinds = ['issue', 'change', 'quality', 'review', 'other'] as const;
export type Kind = (typeof kinds)[number];

interface Line {
  id: string;
  kind: Kind;
  own: boolean;
  /** Unix seconds; a quality case has none. */
  since?: number;
  until?: number;
}

export type WorkItem = Line &
  (
    | { from: 'decision'; decision: Decision }
    | { from: 'review'; review: ReviewSummary }
    | { from: 'register'; register: string; types: string[]; findings: IntakeFinding[] }
  );

export const changeVerbs = ['suspend', 'resume', 'revoke'];

const kindOf = (verb: string): Kind =>
  verb === 'issue' ? 'issue' : changeVerbs.includes(verb) ? 'change' : 'other';

export const fromDecision = (decision: Decision): WorkItem => ({
  from: 'decision',
  id: decision.id,
  kind: kindOf(decision.verb),
  own: decision.own,
  since: decision.proposedAt,
  until: decision.expiresAt,
  decision,
});

export const fromReview = (review: ReviewSummary): WorkItem => ({
  from: 'review',
  id: review.id,
  kind: 'review',
  own: false,
  ...(review.review ? { since: review.review.asked_at } : {}),
  review,
});

/** A register's faults are one case, however many rows. */
export const fromIntake = ({ register, findings }: Intake, types: string[]): WorkItem[] =>
  findings.length === 0
    ? []
    : [{ from: 'register', id: register, kind: 'quality', own: false, register, types, findings }];

export const rowsOf = (findings: readonly IntakeFinding[]): number[] => [
  ...new Set(findings.map(({ line }) => line)),
];

export const titleOf = (item: WorkItem, { types }: Vocabulary, say: Say): string => {
  if (item.from === 'review')
    return say(item.review.review?.kind === 'change' ? 'verb.change' : 'verb.listing', {
      name: inWords(item.review.name),
    });
  if (item.from === 'register')
    return say('verb.quality', {
      register: item.types.map((type) => inWords(types.get(type), type)).join('、') || item.register,
      count: rowsOf(item.findings).length,
    });
  const { verb, verbName, type } = item.decision;
  const typeName = inWords(types.get(type ?? ''), type ?? '');
  if (item.kind !== 'other') return say(`verb.${verb}` as TextKey, { type: typeName });
  return [inWords(verbName, verb), typeName].filter(Boolean).join(' · ');
};

export const whoOf = (item: WorkItem): string => {
  if (item.from === 'decision') return item.decision.applicant || item.decision.proposer || '';
  return item.from === 'register' ? item.register : '';
};
