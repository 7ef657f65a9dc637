/** All that waits, whatever it comes from, as one kind of line. */

import type { Vocabulary } from '../office.ts';
import { isTextKey } from '../texts.ts';
import type { Decision, Intake, IntakeFinding, Objection, ReviewSummary } from '../types.ts';
import type { Say } from '../use-text.ts';
import { inWords } from '../use-text.ts';

export const kinds = ['issue', 'change', 'objection', 'quality', 'review', 'other'] as const;
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
    | { from: 'objection'; objection: Objection }
    | { from: 'register'; register: string; types: string[]; findings: IntakeFinding[] }
  );

const kindOf = ({ verb, certificate }: Decision): Kind =>
  verb === 'issue' ? 'issue' : certificate === undefined ? 'other' : 'change';

/** What a verb is called; one that this console does not know is called as the server calls it. */
export const verbText = ({ verb, verbName }: Pick<Decision, 'verb' | 'verbName'>, say: Say): string => {
  const key = `act.${verb}`;
  return isTextKey(key) ? say(key) : inWords(verbName, verb);
};

export const fromDecision = (decision: Decision): WorkItem => ({
  from: 'decision',
  id: decision.id,
  kind: kindOf(decision),
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

export const fromObjection = (objection: Objection): WorkItem => ({
  from: 'objection',
  id: objection.id,
  kind: 'objection',
  own: objection.own,
  since: objection.filedAt,
  objection,
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
  if (item.from === 'objection') {
    const { kind, type = '', field } = item.objection;
    return say(`verb.${kind}`, { type: inWords(types.get(type), type), field: inWords(field, '') });
  }
  if (item.from === 'register')
    return say('verb.quality', {
      register: item.types.map((type) => inWords(types.get(type), type)).join('、') || item.register,
      count: rowsOf(item.findings).length,
    });
  const { verb, type = '' } = item.decision;
  const typeName = inWords(types.get(type), type);
  if (verb === 'issue') return say('verb.issue', { type: typeName });
  return say('verb.act', { act: verbText(item.decision, say), type: typeName });
};

export const proposerOf = ({ applicant, proposer, proposedBy }: Decision, say: Say): string =>
  applicant || proposer || (proposedBy === 'register' ? say('decide.register') : '');

export const whoOf = (item: WorkItem, say: Say): string => {
  if (item.from === 'decision') return proposerOf(item.decision, say);
  if (item.from === 'objection') return item.objection.person ?? '';
  return item.from === 'register' ? item.register : '';
};
