/** Part of the composition root: what a holder asks of offices, what she sees of uses of her data, and whose powers stand. */
import { reasonWords } from '../admin/index.ts';
import type { AppRecords } from '../developers/apps/index.ts';
import type { Enterprises } from '../enterprises/index.ts';
import type { Families } from '../families/index.ts';
import { createObjections, type ObjectionDeps, type Objections } from '../objections/index.ts';
import type { Officials } from '../officials/index.ts';
import type { Storage } from '../storage/index.ts';
import { createUseLog, type UseLog, type UseLogDeps } from '../use-log/index.ts';
import { powerStands } from './holders.ts';

/** What it gives to the core. */
export interface HolderDesk {
  objections: Objections;
  useLog: UseLog;
  /** Whether a power that copies rest on is there. */
  stands(accountId: string, power: string): Promise<boolean>;
}

/** Declares collections: call before `storage.prepare()`. `appRecords` is asked later only. */
export const composeHolderDesk = (
  deps: UseLogDeps & {
    storage: Storage;
    enterprises: Enterprises;
    families: Families;
    officials: Officials;
    credentials: ObjectionDeps['credentials'];
    appRecords(): Pick<AppRecords, 'ownerOf'>;
  },
): HolderDesk => {
  const { officials, oidc, appRecords } = deps;
  const unitName = async (id: string) => (await officials.tree.current()).unit(id)?.name;
  const answering: ObjectionDeps['answering'] = async ({ kind, id }) => {
    if (kind === 'unit') {
      const name = await unitName(id);
      return name && { unit: id, name };
    }
    const app = await oidc.apps.get(id);
    if (!app) return undefined;
    const owner = await appRecords().ownerOf(id);
    const name = { zh: app.metadata.client_name ?? id, en: app.metadata.client_name ?? id };
    if (owner?.kind === 'unit') return { unit: owner.id, name };
    // A firm's app, or one that the operator added: the head of the province's offices answers for it.
    const head = (await officials.tree.current()).units.find(({ parent }) => parent === undefined);
    return head && { unit: head.id, name };
  };
  return {
    objections: createObjections({ ...deps, answering, reasonWords, unitName }),
    useLog: createUseLog(deps),
    stands: powerStands(deps),
  };
};
