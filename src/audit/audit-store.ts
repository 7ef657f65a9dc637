import type { Collection, CollectionSpec, Document, Storage, Versioned } from '../storage/index.ts';
import type { AuditEntry } from './index.ts';

/** A signed checkpoint as stored. Insert-only, numbered from 1 without gaps. */
export interface CheckpointDocument {
  /** `checkpoint:<number in 12 digits>` */
  id: string;
  number: number;
  jws: string;
}

/** Payload of a checkpoint's JWS. */
export interface CheckpointPayload {
  number: number;
  /** Unix seconds. */
  iat: number;
  heads: Head[];
  /** Hash of the checkpoint before (base64url SHA-256 of its JWS), '' for the first. */
  previous: string;
}

/** The last entry of a writer. */
export interface Head {
  writer: string;
  seq: number;
  hash: string;
}

const entrySpec: CollectionSpec<AuditEntry> = {
  name: 'audit_entries',
  schemaVersion: 1,
  indexes: ['writer', 'subject'],
};

const checkpointSpec: CollectionSpec<CheckpointDocument> = { name: 'audit_checkpoints', schemaVersion: 1 };

const PAGE = 500;
/** Sorts after every digit: an id past all entries of a writer. */
const PAST_ALL = '~';

export const entryId = (writer: string, seq: number): string => `${writer}:${String(seq).padStart(12, '0')}`;
export const checkpointId = (number: number): string => `checkpoint:${String(number).padStart(12, '0')}`;

/** Small typed face of the two collections. Ids sort by writer and sequence, and every walk relies on that. */
export class AuditStore {
  readonly entries: Collection<AuditEntry>;
  readonly checkpoints: Collection<CheckpointDocument>;

  constructor(storage: Storage) {
    this.entries = storage.collection(entrySpec);
    this.checkpoints = storage.collection(checkpointSpec);
  }

  allEntries(): AsyncGenerator<AuditEntry> {
    return walk(this.entries, undefined);
  }

  /** A writer's entries after the one of `seq`. */
  async *entriesAfter(writer: string, seq: number): AsyncGenerator<AuditEntry> {
    for await (const entry of walk(this.entries, entryId(writer, seq))) {
      if (entry.writer !== writer) return;
      yield entry;
    }
  }

  /** Every writer once: jumps from one to the next instead of reading what lies between. */
  async writers(): Promise<string[]> {
    const writers: string[] = [];
    for (;;) {
      const last = writers.at(-1);
      const after = last === undefined ? undefined : `${last}:${PAST_ALL}`;
      const [entry] = await this.entries.list({ after, limit: 1 });
      if (!entry) return writers;
      writers.push(entry.id.slice(0, entry.id.indexOf(':')));
    }
  }

  checkpointsAfter(number: number): AsyncGenerator<CheckpointDocument> {
    return walk(this.checkpoints, checkpointId(number));
  }

  async entriesAbout(subject: string): Promise<AuditEntry[]> {
    const found: AuditEntry[] = [];
    for (;;) {
      const page = await this.entries.find('subject', subject, { after: found.at(-1)?.id, limit: PAGE });
      found.push(...page.map(plain));
      if (page.length < PAGE) return found;
    }
  }
}

async function* walk<T extends Document>(
  collection: Collection<T>,
  from: string | undefined,
): AsyncGenerator<T> {
  let after = from;
  for (;;) {
    const page = await collection.list({ after, limit: PAGE });
    for (const document of page) yield plain(document);
    if (page.length < PAGE) return;
    after = page.at(-1)?.id;
  }
}

/** Without the port's own version number, which is no part of what was hashed. */
export function plain<T>(document: Versioned<T>): T {
  const { ver: _, ...rest } = document;
  return rest as unknown as T;
}
