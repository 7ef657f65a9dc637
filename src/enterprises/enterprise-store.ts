import { randomBytes } from 'node:crypto';
import { ServiceError } from '../errors.ts';
import { type Collection, Conflict, type Document, type Storage, type Versioned } from '../storage/index.ts';
import type { CodeOverride } from './accept-credit-code.ts';
import type { Enterprise, Mandate } from './enterprise.ts';
import type { Notice } from './tell-events.ts';

/**
 * Says where to look for a person's posts. Written before the post itself and never taken as proof of it: the
 * enterprise's own document decides.
 */
export interface MemberPointer {
  /** `<enterprise>|<account>` */
  id: string;
  account: string;
  enterprise: string;
}

export interface EnterpriseStore {
  enterprises: Collection<Enterprise>;
  members: Collection<MemberPointer>;
  mandates: Collection<Mandate>;
  notices: Collection<Notice>;
  overrides: Collection<CodeOverride>;
}

export const openEnterpriseStore = (storage: Storage): EnterpriseStore => ({
  enterprises: storage.collection<Enterprise>({
    name: 'enterprises',
    schemaVersion: 1,
    unique: ['creditCode'],
    indexes: ['pending'],
  }),
  members: storage.collection<MemberPointer>({
    name: 'enterprise_members',
    schemaVersion: 1,
    indexes: ['account'],
  }),
  mandates: storage.collection<Mandate>({
    name: 'mandates',
    schemaVersion: 1,
    indexes: ['enterprise', 'person', 'agent', 'parent', 'pending'],
  }),
  notices: storage.collection<Notice>({
    name: 'enterprise_notices',
    schemaVersion: 1,
    indexes: ['account'],
    expiresAt: 'expiresAt',
  }),
  overrides: storage.collection<CodeOverride>({
    name: 'credit_code_overrides',
    schemaVersion: 1,
    unique: ['creditCode'],
  }),
});

export const newId = (prefix: 'ent' | 'post' | 'm' | 'event' | 'override'): string =>
  `${prefix}_${randomBytes(16).toString('base64url')}`;

const pageSize = 500;

/** Every document with that index value. */
export const findAll = async <T extends Document>(
  collection: Collection<T>,
  index: keyof T & string,
  value: string,
): Promise<Versioned<T>[]> => {
  const found: Versioned<T>[] = [];
  for (;;) {
    const page = await collection.find(index, value, { after: found.at(-1)?.id, limit: pageSize });
    found.push(...page);
    if (page.length < pageSize) return found;
  }
};

const maxTries = 200;

/**
 * Compare-and-set until it fits: `step` sees the newest version each time and throws when the act is no longer
 * allowed. It answers undefined when there is nothing to do.
 */
export const change = async <T extends Document>(
  collection: Collection<T>,
  id: string,
  step: (current: Versioned<T>) => Versioned<T> | undefined,
): Promise<{ document: Versioned<T>; changed: boolean }> => {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const current = await collection.get(id);
    if (!current) throw new ServiceError('not_found');
    const next = step(current);
    if (!next) return { document: current, changed: false };
    try {
      return { document: await collection.replace(next), changed: true };
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
  throw new ServiceError('conflict');
};
