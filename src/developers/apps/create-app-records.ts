/** The registry of apps as developers and reviewers work with it. */
import { officeScope } from '../../officials/index.ts';
import type { Storage } from '../../storage/index.ts';
import { type AppRecord, appRecordSpec, type Owner, ownerOf, ownerRef } from './app-record.ts';
import { askForListing, takeBack } from './ask-for-listing.ts';
import { finishPending } from './carry-out.ts';
import { changeManifest, retireOwn } from './change-record.ts';
import { type CheckRow, checkListing } from './check-listing.ts';
import { confirmContact, mailContactCode } from './contacts.ts';
import type { Act, AppRecordDeps, OwnerFacts } from './dependencies.ts';
import { type AccessFilter, type AccessLine, exportAccess } from './export-access.ts';
import { inviteAsReviewer, inviteMaintainer, joinMaintainers, removeMaintainer } from './maintainers.ts';
import { clientName, type GivenManifest } from './manifest.ts';
import { findAll, isReviewer, ownersFor, ownRecord, reaches, reviewedRecord } from './record-act.ts';
import { registerRecord } from './register-record.ts';
import {
  changeStateOf,
  type Decision,
  decideReview,
  type StateAct,
  waitingReviews,
} from './review-record.ts';
import { endSecret, makeSecret } from './secrets.ts';
import { confirmTested, type SandboxCredentials, tryInSandbox } from './try-in-sandbox.ts';
import { type RecordSummary, type RecordView, writeRecord, writeSummary } from './write-views.ts';

export interface AppRecordsDeps extends Omit<AppRecordDeps, 'records' | 'ephemeral' | 'takenNames'> {
  storage: Storage;
  /** Names of units, which no app takes. */
  unitNames(): Promise<{ owner: string; names: string[] }[]>;
}

export interface AppRecords {
  /** Whether there is a sandbox to try an app in, and where. */
  readonly sandbox: string | undefined;
  readonly mails: boolean;
  ownersFor(accountId: string): Promise<OwnerFacts[]>;
  mine(act: Act): Promise<RecordSummary[]>;
  get(act: Act, id: string): Promise<RecordView>;
  register(act: Act, input: { owner: string; manifest: GivenManifest }): Promise<RecordView>;
  change(act: Act, id: string, manifest: GivenManifest): Promise<RecordView>;
  retire(act: Act, id: string): Promise<RecordView>;
  tryOut(act: Act, id: string): Promise<SandboxCredentials>;
  confirmTested(act: Act, id: string): Promise<RecordView>;
  /** What the automatic check says today. */
  check(act: Act, id: string): Promise<CheckRow[]>;
  askForListing(act: Act, id: string): Promise<RecordView>;
  takeBack(act: Act, id: string): Promise<RecordView>;
  invite(act: Act, id: string): Promise<string>;
  join(act: Act, invitation: string): Promise<RecordView>;
  removeMaintainer(act: Act, id: string, account: string): Promise<void>;
  mailContactCode(act: Act, id: string, contact: string): Promise<void>;
  confirmContact(act: Act, id: string, code: string): Promise<RecordView>;
  makeSecret(act: Act, id: string): Promise<{ client_id: string; client_secret: string }>;
  endSecret(act: Act, id: string, secret: string): Promise<void>;
  /** Lines of the apps she maintains or reviews; audited. */
  access(act: Act, filter: AccessFilter): Promise<AccessLine[]>;
  reviews: {
    /** Whether she reviews apps in one of her offices. */
    may(accountId: string): Promise<boolean>;
    waiting(act: Act): Promise<RecordSummary[]>;
    /** Every record within reach. */
    all(act: Act): Promise<RecordSummary[]>;
    get(act: Act, id: string): Promise<RecordView>;
    decide(act: Act, id: string, decision: Decision): Promise<RecordView>;
    /** A code for a new maintainer, where all have left. */
    invite(act: Act, id: string): Promise<string>;
    setState(act: Act, id: string, change: { to: StateAct; reason: string }): Promise<RecordView>;
  };
  /** Whose app a client of the login is; undefined for one that is not of this registry. */
  ownerOf(clientId: string): Promise<Owner | undefined>;
  /** The operator's whole list. */
  exportAll(filter: AccessFilter): Promise<AccessLine[]>;
  /** One turn of the job: what was decided and not carried out. */
  finishPending(): Promise<number>;
}

const takenNamesOf =
  ({ apps, unitNames }: AppRecordsDeps, records: AppRecordDeps['records']): AppRecordDeps['takenNames'] =>
  async (own) => {
    const names = (await unitNames()).flatMap(({ owner, names: these }) =>
      owner === own.owner ? [] : these,
    );
    for (let after: string | undefined; ; ) {
      const page = await apps.list({ limit: 500, ...(after ? { after } : {}) });
      names.push(
        ...page
          .filter(({ id, state }) => id !== own.clientId && state !== 'retired')
          .map(({ metadata }) => metadata.client_name),
      );
      if (page.length < 500) break;
      after = page.at(-1)!.id;
    }
    for (let after: string | undefined; ; ) {
      const page = await records.list({ limit: 500, ...(after ? { after } : {}) });
      names.push(
        ...page
          .filter(({ id, state }) => id !== own.id && state !== 'retired' && state !== 'draft')
          .flatMap(({ manifest }) => [manifest.name.zh, manifest.name.en, clientName(manifest)]),
      );
      if (page.length < 500) return names;
      after = page.at(-1)!.id;
    }
  };

/** Declares its collection: create it before `storage.prepare()`. */
export const createAppRecords = (given: AppRecordsDeps): AppRecords => {
  const records = given.storage.collection(appRecordSpec);
  const deps: AppRecordDeps = {
    ...given,
    ephemeral: given.storage.ephemeral,
    knownScopes: new Set([...given.knownScopes, officeScope]),
    records,
    takenNames: takenNamesOf(given, records),
  };
  const view = (act: Act, record: AppRecord) => writeRecord(deps, record, act.accountId);
  const viewed =
    <Arguments extends unknown[]>(
      use: (deps: AppRecordDeps, act: Act, ...rest: Arguments) => Promise<AppRecord>,
    ) =>
    async (act: Act, ...rest: Arguments): Promise<RecordView> =>
      view(act, await use(deps, act, ...rest));
  const mine = async ({ accountId }: Act): Promise<AppRecord[]> => {
    const found: AppRecord[] = [];
    for (const owner of await ownersFor(deps, accountId))
      for (const record of await findAll(deps, 'owner', ownerRef(owner)))
        if (record.maintainers.includes(accountId)) found.push(record);
    return found;
  };
  const withinReach = async ({ accountId }: Act): Promise<AppRecord[]> => {
    const found: AppRecord[] = [];
    for (let after: string | undefined; ; ) {
      const page = await records.list({ limit: 500, ...(after ? { after } : {}) });
      for (const record of page) if (await reaches(deps, accountId, record)) found.push(record);
      if (page.length < 500) return found;
      after = page.at(-1)!.id;
    }
  };

  return {
    sandbox: given.sandbox?.baseUrl,
    mails: given.mail.adapter !== 'none',
    ownersFor: (accountId) => ownersFor(deps, accountId),
    mine: async (act) => (await mine(act)).map(writeSummary),
    get: viewed(ownRecord),
    register: viewed(registerRecord),
    change: viewed(changeManifest),
    retire: viewed(retireOwn),
    tryOut: (act, id) => tryInSandbox(deps, act, id),
    confirmTested: viewed(confirmTested),
    check: async (act, id) => checkListing(deps, await ownRecord(deps, act, id)),
    askForListing: viewed(askForListing),
    takeBack: viewed(takeBack),
    invite: (act, id) => inviteMaintainer(deps, act, id),
    join: viewed(joinMaintainers),
    removeMaintainer: async (act, id, account) => void (await removeMaintainer(deps, act, id, account)),
    mailContactCode: (act, id, contact) => mailContactCode(deps, act, id, contact),
    confirmContact: viewed(confirmContact),
    makeSecret: (act, id) => makeSecret(deps, act, id),
    endSecret: (act, id, secret) => endSecret(deps, act, id, secret),
    async access(act, filter) {
      const own = new Set((await mine(act)).map(({ id }) => id));
      const seen = async (record: AppRecord) =>
        own.has(record.id) || (await reaches(deps, act.accountId, record));
      const lines = await exportAccess(deps, filter, seen, false);
      await deps.audit.append({
        action: 'app_record.exported',
        actor: `account:${act.accountId}`,
        subject: act.accountId,
        result: 'ok',
        details: { lines: lines.length },
        ...(act.requestId === undefined ? {} : { requestId: act.requestId }),
      });
      return lines;
    },
    reviews: {
      may: (accountId) => isReviewer(deps, accountId),
      waiting: async (act) => (await waitingReviews(deps, act)).map(writeSummary),
      all: async (act) => (await withinReach(act)).map(writeSummary),
      get: viewed(reviewedRecord),
      decide: viewed(decideReview),
      invite: (act, id) => inviteAsReviewer(deps, act, id),
      setState: viewed(changeStateOf),
    },
    async ownerOf(clientId) {
      const [record] = await records.find('clientId', clientId, { limit: 1 });
      return record && ownerOf(record.owner);
    },
    exportAll: (filter) => exportAccess(deps, filter, async () => true, true),
    finishPending: () => finishPending(deps),
  };
};
