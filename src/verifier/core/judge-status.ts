/** The questions of time and status that all formats share. */
import type { Examination } from './examination.ts';
import { clockTolerance } from './judge-key.ts';
import type { PackType } from './pack.ts';
import type { StatusAnswer, StatusReference, Trusted, VerifyOptions } from './trusted.ts';

/** This device's clock is not before what it, or the pack, has already seen. */
export const checkClock = (
  examination: Examination,
  trusted: Trusted,
  { now, latestTime = 0 }: VerifyOptions,
): void => {
  const notBefore = Math.max(latestTime, trusted.issuedAt) - clockTolerance;
  examination.check('clock', now >= notBefore, 'clock_wrong');
};

export const checkValidity = (
  examination: Examination,
  { nbf, exp }: { nbf: number; exp?: number },
  now: number,
): void => {
  examination.check('valid-from', now >= nbf - clockTolerance, 'not_yet_valid');
  examination.check('valid-until', exp === undefined || now < exp, 'expired');
};

/**
 * Every reference must be answered, alike and from one list. What the list says comes before how old it is: revoked
 * in an old list is revoked.
 */
export const checkStatus = (
  examination: Examination,
  trusted: Trusted,
  {
    references,
    index,
    type,
    now,
  }: { references: StatusReference[]; index: number; type: PackType; now: number },
): void => {
  const answers = references.map((reference) => trusted.statusOf(reference, index));
  const known = answers.filter((answer): answer is StatusAnswer => answer !== undefined);
  const [first] = known;
  const alike =
    first && known.length === references.length && known.every((answer) => sameEntry(answer, first));
  const answer = examination.found('status-known', alike ? first : undefined, 'status_unknown');
  const asOf = Math.min(...known.map((each) => each.asOf));
  const list =
    answer.list ?? references.map((reference) => ('list' in reference ? reference.list : undefined))[0];
  examination.known.statusAsOf = asOf;
  if (list !== undefined) examination.known.statusEntry = { list, index };
  examination.check('not-revoked', answer.status !== 'invalid', 'revoked');
  examination.check('not-suspended', answer.status !== 'suspended', 'suspended');
  examination.check('status-known', answer.status === 'valid', 'status_unknown');
  examination.check('status-not-from-the-future', asOf <= now + clockTolerance, 'clock_wrong');
  examination.check('status-fresh', now - asOf <= type.max_status_age, 'stale_pack');
  examination.check('pack-fresh', now <= trusted.expiresAt, 'stale_pack');
};

const sameEntry = (a: StatusAnswer, b: StatusAnswer): boolean => a.status === b.status && a.list === b.list;
