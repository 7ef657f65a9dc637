/** How many can appoint administrators: one document, because it must never fall below two. */
import { ServiceError } from '../errors.ts';
import { AlreadyExists, type Collection, Conflict } from '../storage/index.ts';
import type { RosterDocument } from './officials-store.ts';

/** Four eyes need two people. */
const fewest = 2;

export const changeRoster = async (
  rosters: Collection<RosterDocument>,
  change: (roster: RosterDocument) => RosterDocument,
): Promise<RosterDocument> => {
  for (;;) {
    const present = await rosters.get('roster');
    if (!present)
      throw new ServiceError('conflict', { detail: 'there are no administrators yet: onecert init' });
    const next = change(present);
    if (next === present) return present;
    try {
      return await rosters.replace({ ...next, ver: present.ver });
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
};

export const addAppointing = (
  rosters: Collection<RosterDocument>,
  account: string,
): Promise<RosterDocument> =>
  changeRoster(rosters, (roster) =>
    roster.appointing.includes(account)
      ? roster
      : { ...roster, appointing: [...roster.appointing, account].sort() },
  );

/** Throws conflict when fewer than two would be left, who could then appoint nobody. */
export const removeAppointing = (
  rosters: Collection<RosterDocument>,
  account: string,
): Promise<RosterDocument> =>
  changeRoster(rosters, (roster) => {
    if (!roster.appointing.includes(account)) return roster;
    if (roster.appointing.length <= fewest)
      throw new ServiceError('conflict', {
        detail: 'two administrators have to stay: appoint another one first',
      });
    return { ...roster, appointing: roster.appointing.filter((each) => each !== account) };
  });

/** Names the first two. Once: a second attempt with others is refused. */
export const foundRoster = async (
  rosters: Collection<RosterDocument>,
  founders: readonly string[],
): Promise<RosterDocument> => {
  const roster: RosterDocument = { id: 'roster', founders, appointing: [...founders].sort(), started: [] };
  try {
    return await rosters.insert(roster);
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    const present = await rosters.get('roster');
    if (present && [...present.founders].sort().join() === [...founders].sort().join()) return present;
    throw new ServiceError('already_exists', { detail: 'this instance has its administrators' });
  }
};
