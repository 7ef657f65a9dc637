/** Documents of the officials feature. None holds anything personal: accounts are references. */
import { AlreadyExists, type Collection, Conflict, type Storage, type Versioned } from '../storage/index.ts';
import type { OrgUnit } from './organisation.ts';
import type { OfficialDocument, Post } from './post.ts';
import type { Role } from './roles.ts';

export interface TreeDocument {
  /** `tree:<number in 9 digits>`: two imports never share a number. */
  id: string;
  number: number;
  units: readonly OrgUnit[];
  importedAt: number;
  importedBy: string;
}

/** Four eyes on an administrator's appointment or ending. Kept after its decision as the record of who agreed. */
export interface Proposal {
  /** `ap_` + 22 characters */
  id: string;
  act: 'appoint' | 'end';
  account: string;
  role: Role;
  unit: string;
  region: string;
  /** The post that comes to be, or that ends. */
  post: string;
  reason: string;
  proposedBy: string;
  proposedAt: number;
  expiresAt: number;
  /** approved: agreed and being carried out; done: carried out. */
  state: 'open' | 'approved' | 'done' | 'declined' | 'failed';
  decidedBy?: string;
  decidedAt?: number;
}

/** One document: how many can appoint administrators has to be judged in one place. */
export interface RosterDocument {
  id: 'roster';
  /** The first two, named by `onecert init`. */
  founders: readonly string[];
  /** Accounts that hold an appointing role now. */
  appointing: readonly string[];
  /** Founders who have used their link. */
  started: readonly string[];
}

export interface StartLinkDocument {
  /** SHA-256 of the token. */
  id: string;
  account: string;
  expiresAt: number;
}

export interface OfficialsStore {
  trees: Collection<TreeDocument>;
  officials: Collection<OfficialDocument>;
  proposals: Collection<Proposal>;
  rosters: Collection<RosterDocument>;
  startLinks: Collection<StartLinkDocument>;
}

export const openOfficialsStore = (storage: Storage): OfficialsStore => ({
  trees: storage.collection<TreeDocument>({ name: 'organisation_trees', schemaVersion: 1 }),
  officials: storage.collection<OfficialDocument>({ name: 'officials', schemaVersion: 1 }),
  proposals: storage.collection<Proposal>({
    name: 'administrator_proposals',
    schemaVersion: 1,
    indexes: ['state'],
  }),
  rosters: storage.collection<RosterDocument>({ name: 'administrator_rosters', schemaVersion: 1 }),
  startLinks: storage.collection<StartLinkDocument>({
    name: 'administrator_start_links',
    schemaVersion: 1,
    indexes: ['account'],
    expiresAt: 'expiresAt',
  }),
});

/** Compare-and-set on one person's posts until it holds. What `change` throws ends it; the same array changes nothing. */
export const changePosts = async (
  officials: Collection<OfficialDocument>,
  account: string,
  change: (posts: readonly Post[]) => readonly Post[],
): Promise<readonly Post[]> => {
  for (;;) {
    const present = await officials.get(account);
    const before = present?.posts ?? [];
    const after = change(before);
    if (after === before) return after;
    try {
      if (present) await officials.replace({ ...present, posts: after });
      else await officials.insert({ id: account, posts: after });
      return after;
    } catch (error) {
      if (!(error instanceof Conflict) && !(error instanceof AlreadyExists)) throw error;
    }
  }
};

/** Every document of a collection, a page at a time. */
export async function* everyOf<T extends { id: string }>(
  collection: Collection<T>,
): AsyncGenerator<Versioned<T>> {
  for (let after: string | undefined; ; ) {
    const page = await collection.list({ after, limit: 500 });
    yield* page;
    if (page.length < 500) return;
    after = page.at(-1)!.id;
  }
}
