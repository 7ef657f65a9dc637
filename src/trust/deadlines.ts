/** What runs out, and when somebody has to know: while there is still time to do something about it. */
import { type Clock, seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { KeyRecord, Keyring } from '../keyring/index.ts';
import type { KeyUse } from './document-signers/document-signers.ts';
import type { Trust } from './index.ts';

export type DeadlineKind = 'root-statement' | 'trust-list' | 'key' | 'x509-certificate' | 'province';
export type DeadlineLevel = 'ok' | 'warn' | 'error';

export interface Deadline {
  what: DeadlineKind;
  /** Which one: no person and no secret is in it. */
  of: string;
  /** Unix seconds; 0 when there is none at all. */
  endsAt: number;
  secondsLeft: number;
  level: DeadlineLevel;
}

const day = 86_400;

/**
 * Seconds before the end. The list is signed anew at half of its thirty days, so ten left mean that it was not. A
 * statement needs a ceremony, and a key's successor a day in every counter's pack.
 */
const thresholds: Record<DeadlineKind, { warn: number; error: number }> = {
  'root-statement': { warn: 60 * day, error: 14 * day },
  'trust-list': { warn: 10 * day, error: 3 * day },
  key: { warn: 60 * day, error: 14 * day },
  'x509-certificate': { warn: 30 * day, error: 7 * day },
  province: { warn: 10 * day, error: 3 * day },
};

export interface DeadlineSources {
  keyring: Keyring;
  trust: Trust;
  clock: Clock;
  /** Keys that need an X.509 certificate here. */
  uses: readonly KeyUse[];
}

/** Everything that ends, the soonest first. Of documents and keys nothing is renewed by looking. */
export async function listDeadlines({ keyring, trust, clock, uses }: DeadlineSources): Promise<Deadline[]> {
  const now = seconds(clock);
  const judge = (what: DeadlineKind, of: string, endsAt: number): Deadline => {
    const secondsLeft = Math.max(0, endsAt - now);
    const { warn, error } = thresholds[what];
    return {
      what,
      of,
      endsAt,
      secondsLeft,
      level: secondsLeft <= error ? 'error' : secondsLeft <= warn ? 'warn' : 'ok',
    };
  };
  const ends = await trust.documentEnds();
  return [
    judge('root-statement', 'the last one that is here', ends.rootStatement),
    judge('trust-list', 'the one in force', ends.trustList),
    ...[...lastEnds(keyring, trust)].map(([of, endsAt]) => judge('key', of, endsAt)),
    ...(await trust.provinces.all()).map(({ id, expiresAt }) => judge('province', id, expiresAt)),
    ...(await certificateEnds(trust, uses)).map(([of, endsAt]) => judge('x509-certificate', of, endsAt)),
  ].sort((a, b) => a.endsAt - b.endsAt || (a.of < b.of ? -1 : 1));
}

/** Of each kind of key the end of the one that lasts longest: a successor made ahead quiets the alarm. */
const lastEnds = (keyring: Keyring, trust: Trust): Map<string, number> => {
  const ends = new Map<string, number>();
  const isOurs = ({ owner }: KeyRecord) => owner === 'province' || trust.issuer(owner) !== undefined;
  for (const key of keyring.all().filter(isOurs)) {
    const kind = `${key.purpose} ${key.owner} ${key.alg}`;
    // Of a kind that has only ended keys there is none left, which is the loudest alarm of all.
    const endsAt = key.state === 'active' ? key.notAfter : 0;
    if (key.state !== 'standby') ends.set(kind, Math.max(ends.get(kind) ?? 0, endsAt));
  }
  return ends;
};

/** An instance that has no authority issues nothing that needs a certificate. */
const certificateEnds = async (trust: Trust, uses: readonly KeyUse[]): Promise<[string, number][]> => {
  if ((await trust.signers.authorities()) === '') return [];
  return Promise.all(
    uses.map(async (use): Promise<[string, number]> => {
      const of = `${use.purpose} ${use.owner}`;
      try {
        return [of, (await trust.signers.certified(use)).notAfter];
      } catch (error) {
        if (error instanceof ServiceError && error.code === 'key_unavailable') return [of, 0];
        throw error;
      }
    }),
  );
};

export const worstLevel = (deadlines: readonly Deadline[]): DeadlineLevel =>
  (['error', 'warn'] as const).find((level) => deadlines.some((each) => each.level === level)) ?? 'ok';
