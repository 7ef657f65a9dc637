/** The documents of the feature. What the person wrote and what she was answered are sealed with her data key. */
import { randomBytes } from 'node:crypto';
import type { Collection, Storage, Versioned } from '../storage/index.ts';

/**
 * `wrong_field`: a field of a certificate is disputed (SHR-3). `not_accepted` 对方不收: somebody would not take it.
 * `delete_data`: an app or office is asked to delete what it has of her.
 */
export const objectionKinds = ['wrong_field', 'not_accepted', 'delete_data'] as const;
export type ObjectionKind = (typeof objectionKinds)[number];

/** Whom a deletion is asked of. */
export interface AskedOf {
  kind: 'app' | 'unit';
  id: string;
}

export interface Objection {
  /** `ob_` + 22 characters */
  id: string;
  kind: ObjectionKind;
  /** Who filed it: her data key seals it. */
  account: string;
  /** Whose certificate or data: her own id, or that of the enterprise or the child she acts for. */
  holder: string;
  /** The family link she acted under. */
  link?: string;
  /** The office that answers. */
  unit: string;
  certificate?: string;
  type?: string;
  /** Of the version she disputes. */
  identifier?: string;
  /** Name of the disputed field. */
  field?: string;
  askedOf?: AskedOf;
  /** Sealed: where it was refused, and what she says. */
  where?: string;
  words?: string;
  state: 'open' | 'correcting' | 'settled' | 'refused' | 'withdrawn';
  /** Unix seconds. */
  filedAt: number;
  answeredAt?: number;
  answeredBy?: string;
  /** Of a correction: what the clerk proposed; it needs a second official. */
  decision?: string;
  /** Of a refusal: a code. */
  reason?: string;
  /** Sealed: what the office writes to her. */
  answer?: string;
}

export type ObjectionStore = Collection<Objection>;

/** Declares the collection. Call before `storage.prepare()`. */
export const openObjectionStore = (storage: Storage): ObjectionStore =>
  storage.collection<Objection>({
    name: 'objections',
    schemaVersion: 1,
    owner: 'account',
    sealed: ['where', 'words', 'answer'],
    indexes: ['account', 'unit'],
  });

export const newObjectionId = (): string => `ob_${randomBytes(16).toString('base64url')}`;

export const isOpen = ({ state }: Objection): boolean => state === 'open' || state === 'correcting';

/** All of hers, in every capacity. */
export const filedBy = async (store: ObjectionStore, account: string): Promise<Versioned<Objection>[]> => {
  const found: Versioned<Objection>[] = [];
  for (let after: string | undefined; ; after = found.at(-1)!.id) {
    const page = await store.find('account', account, { limit: 500, ...(after ? { after } : {}) });
    found.push(...page);
    if (page.length < 500) return found;
  }
};
