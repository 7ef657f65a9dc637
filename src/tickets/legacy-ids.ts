/**
 * The ids an app's old login knew people by, so that it finds its own records again: claim `legacy_user_id`, for that app
 * alone and until a day. Sealed with the person's key: what destroys that, ends this.
 */
import type { Accounts } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import { type Clock, seconds } from '../clock.ts';
import { readCsv } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import type { CollectionSpec, Storage } from '../storage/index.ts';

interface LegacyId {
  /** `<client id>:<account id>` */
  id: string;
  account: string;
  client: string;
  legacyId: string;
  /** Unix seconds. */
  until: number;
}

const spec: CollectionSpec<LegacyId> = {
  name: 'legacy_ids',
  schemaVersion: 1,
  indexes: ['account'],
  expiresAt: 'until',
  owner: 'account',
  sealed: ['legacyId'],
};

const columns = ['document_kind', 'document_number', 'legacy_user_id'] as const;

export interface ImportReport {
  imported: number;
  /** Lines of people who have no account here yet; import the file again when they have. */
  withoutAccount: number[];
  /** Lines that cannot be read. */
  faulty: number[];
}

export interface LegacyIds {
  /** CSV with document_kind, document_number, legacy_user_id. Again: adds and replaces. Audited. */
  import(input: { clientId: string; csv: Uint8Array; until: number }, actor: string): Promise<ImportReport>;
  claimsOf(accountId: string, clientId: string): Promise<{ legacy_user_id?: string }>;
  /** All of a person, for her to see. */
  of(accountId: string): Promise<{ clientId: string; legacyId: string; until: number }[]>;
}

export const createLegacyIds = (deps: {
  storage: Storage;
  accounts: Pick<Accounts, 'findByDocument'>;
  audit: Audit;
  clock: Clock;
}): LegacyIds => {
  const { accounts, audit, clock } = deps;
  const ids = deps.storage.collection(spec);

  const put = async (next: LegacyId): Promise<void> => {
    const present = await ids.get(next.id);
    if (present === undefined) await ids.insert(next);
    else await ids.replace({ ...next, ver: present.ver });
  };

  return {
    async import({ clientId, csv, until }, actor) {
      if (until <= seconds(clock))
        throw new ServiceError('invalid_request', { detail: 'the day it ends lies in the past' });
      const file = readCsv(csv);
      if (!columns.every((column) => file.columns.includes(column)))
        throw new ServiceError('invalid_request', { detail: `columns: ${columns.join(', ')}` });
      const report: ImportReport = { imported: 0, withoutAccount: [], faulty: [] };
      for (const { line, cells } of file.lines) {
        const { document_kind: kind, document_number: number, legacy_user_id: legacyId } = cells ?? {};
        if (!kind || !number || !legacyId || legacyId.length > 128) {
          report.faulty.push(line);
          continue;
        }
        const account = await accounts.findByDocument(kind, number);
        if (account === undefined) {
          report.withoutAccount.push(line);
          continue;
        }
        await put({
          id: `${clientId}:${account.id}`,
          account: account.id,
          client: clientId,
          legacyId,
          until,
        });
        report.imported += 1;
      }
      await audit.append({
        action: 'app.legacy_ids_imported',
        actor,
        object: `client:${clientId}`,
        result: 'ok',
        details: {
          imported: report.imported,
          withoutAccount: report.withoutAccount.length,
          faulty: report.faulty.length,
          until,
        },
      });
      return report;
    },
    async claimsOf(accountId, clientId) {
      const found = await ids.get(`${clientId}:${accountId}`);
      return found === undefined ? {} : { legacy_user_id: found.legacyId };
    },
    async of(accountId) {
      const found = await ids.find('account', accountId, { limit: 500 });
      return found.map(({ client, legacyId, until }) => ({ clientId: client, legacyId, until }));
    },
  };
};
