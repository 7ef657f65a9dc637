/** How the quality of each register goes (SHR-4): the counts of intake by day, without lines, fields or values. */
import { type Clock, seconds } from '../clock.ts';
import type { IntakeReport, Registers } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { dayTimeOf } from '../identifiers/index.ts';
import { AlreadyExists, type Collection, Conflict, type Storage, type Versioned } from '../storage/index.ts';

/** One day: what intake said last on it. A day that is not there said the same as the one before. */
export type IntakeDay = Pick<IntakeReport, 'rows' | 'usable' | 'blocked' | 'flagged' | 'counts'> & {
  day: string;
};

interface IntakeDayDocument extends IntakeDay {
  /** `<register>:<day>`: in the order of the days. */
  id: string;
  register: string;
}

export interface IntakeHistory {
  /** Stores the counts under this day where they are others than the last. */
  note(report: IntakeReport): Promise<void>;
  /** The last year, the oldest first. */
  of(register: string): Promise<IntakeDay[]>;
  /** Asks every register; one that does not answer is left for the next time. */
  readAll(): Promise<void>;
}

const dayAt = (at: number): string => dayTimeOf(at).slice(0, 10);

const withoutNames = ({ id: _id, register: _register, ver: _ver, ...day }: Versioned<IntakeDayDocument>) =>
  day;

/** The counts as text, the codes in one order. */
const markOf = ({ counts, rows, usable, blocked, flagged }: Omit<IntakeDay, 'day'>): string =>
  JSON.stringify([rows, usable, blocked, flagged, Object.entries(counts).sort()]);

/** Declares its collection: call before `storage.prepare()`. */
export const openIntakeHistory = (deps: {
  storage: Storage;
  clock: Clock;
  registers: Registers;
}): IntakeHistory => {
  const { storage, clock, registers } = deps;
  const days: Collection<IntakeDayDocument> = storage.collection({
    name: 'intake_days',
    schemaVersion: 1,
    indexes: ['register'],
  });
  /** At most 366 documents: one a day. */
  const lastYear = (register: string) =>
    days.find('register', register, {
      after: `${register}:${dayAt(seconds(clock) - 366 * 86_400)}`,
      limit: 500,
    });

  const note = async (report: IntakeReport): Promise<void> => {
    const { register, rows, usable, blocked, flagged, counts } = report;
    const day = dayAt(seconds(clock));
    const last = (await lastYear(register)).at(-1);
    if (last && markOf(last) === markOf(report)) return;
    const said = { rows, usable, blocked, flagged, counts };
    try {
      if (last?.day === day) await days.replace({ ...last, ...said });
      else await days.insert({ id: `${register}:${day}`, register, day, ...said });
    } catch (error) {
      // Another process wrote this day at the same moment; what differs is written when it is read next.
      if (!(error instanceof AlreadyExists || error instanceof Conflict)) throw error;
    }
  };
  return {
    note,
    of: async (register) => (await lastYear(register)).map(withoutNames),
    async readAll() {
      for (const register of registers.all()) {
        try {
          await note(await register.intake());
        } catch (error) {
          if (!(error instanceof ServiceError && error.code === 'register_unavailable')) throw error;
        }
      }
    },
  };
};
