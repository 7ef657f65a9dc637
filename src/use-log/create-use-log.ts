import { ServiceError } from '../errors.ts';
import { createDescribeUse } from '../my-account/index.ts';
import type { Storage } from '../storage/index.ts';
import type { Reading, SeenMark, UseLogContext } from './dependencies.ts';
import { listChanges, markSeen } from './list-changes.ts';
import { listUses } from './list-uses.ts';

export interface UseLogDeps
  extends Omit<UseLogContext, 'describe' | 'marks' | 'credentials' | 'officials' | 'oidc'> {
  storage: Storage;
  credentials: Parameters<typeof createDescribeUse>[0]['credentials'];
  enterprises: Parameters<typeof createDescribeUse>[0]['enterprises'];
  items: Parameters<typeof createDescribeUse>[0]['items'];
  officials: Parameters<typeof createDescribeUse>[0]['officials'];
  oidc: Parameters<typeof createDescribeUse>[0]['oidc'];
}

export interface UseLog {
  uses(reading: Reading & { after?: string | undefined }): ReturnType<typeof listUses>;
  changes(reading: Reading): ReturnType<typeof listChanges>;
  seen(reading: Reading & { upTo: number }): Promise<void>;
  /** Ends what rests on her permission: an app's, or a relative's. */
  stop(reading: Reading, what: { kind: 'app' | 'family'; id: string }): Promise<void>;
  /** Her account closes. */
  closePerson(accountId: string): Promise<void>;
}

/** Declares its collection: create it before `storage.prepare()`. */
export const createUseLog = ({ storage, ...deps }: UseLogDeps): UseLog => {
  const marks = storage.collection<SeenMark>({
    name: 'seen_marks',
    schemaVersion: 1,
    indexes: ['account'],
  });
  const context: UseLogContext = { ...deps, describe: createDescribeUse(deps), marks };
  return {
    uses: (reading) => listUses(context, reading),
    changes: (reading) => listChanges(context, reading),
    seen: (reading) => markSeen(context, reading),
    async stop({ accountId, capacity, requestId }, { kind, id }) {
      if (capacity !== 'self') throw new ServiceError('wrong_capacity');
      if (kind === 'family') {
        await context.families.end({ accountId, ...(requestId ? { requestId } : {}) }, id);
      } else {
        const given = await context.oidc.consents.of(accountId);
        if (!given.some(({ client }) => client === id)) throw new ServiceError('not_found');
        await context.oidc.consents.withdraw(accountId, id);
      }
    },
    async closePerson(accountId) {
      for (const { id } of await marks.find('account', accountId, { limit: 500 })) await marks.delete(id);
    },
  };
};
