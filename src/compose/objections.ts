/** Part of the composition root: objections, out of the other features. */
import type { AppRecords } from '../developers/apps/index.ts';
import { createObjections, type ObjectionDeps, type Objections } from '../objections/index.ts';
import type { Officials } from '../officials/index.ts';
import type { Oidc } from '../oidc/index.ts';
import type { Storage } from '../storage/index.ts';

/** Declares a collection: call before `storage.prepare()`. `appRecords` is asked later only. */
export const composeObjections = (
  deps: Omit<ObjectionDeps, 'store' | 'answering' | 'unitName'> & {
    storage: Storage;
    officials: Pick<Officials, 'tree'>;
    oidc: Pick<Oidc, 'apps'>;
    appRecords(): Pick<AppRecords, 'ownerOf'>;
  },
): Objections => {
  const { officials, oidc, appRecords, ...rest } = deps;
  const unitName = async (id: string) => (await officials.tree.current()).unit(id)?.name;
  return createObjections({
    ...rest,
    unitName,
    async answering({ kind, id }) {
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
    },
  });
};
