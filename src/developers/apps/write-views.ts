/** Records as maintainers and reviewers see them. People stand masked; what opens something never stands here. */
import { maskName } from '../../identifiers/index.ts';
import type { AppRecord } from './app-record.ts';
import { ownerOf } from './app-record.ts';
import type { AppRecordDeps } from './dependencies.ts';
import { weightOf } from './manifest.ts';
import { scopesOf } from './scopes-of-items.ts';

const nameOf = async ({ accounts }: AppRecordDeps, id: string): Promise<string> => {
  const account = await accounts.get(id);
  return account ? maskName(account.name) : '**';
};

export const writeRecord = async (deps: AppRecordDeps, record: AppRecord, reader: string) => {
  const { id, state, owner, manifest, maintainers, confirmedContacts, review, clientId, sandbox } = record;
  const [facts, client] = await Promise.all([
    deps.ownerFacts(ownerOf(owner)),
    clientId === undefined ? undefined : deps.apps.get(clientId),
  ]);
  const by = async (account: string) => ({ name: await nameOf(deps, account), me: account === reader });
  return {
    id,
    state,
    owner,
    owner_name: facts?.name,
    manifest,
    scopes: scopesOf(deps, manifest.items),
    contacts: manifest.contacts.map((contact) => ({
      contact,
      confirmed: confirmedContacts.includes(contact),
    })),
    maintainers: await Promise.all(maintainers.map(async (account) => ({ account, ...(await by(account)) }))),
    sandbox: sandbox && {
      client_id: sandbox.clientId,
      current: sandbox.digest === weightOf(manifest),
    },
    review: review && {
      id: review.id,
      kind: review.kind,
      asked_at: review.askedAt,
      ...(review.kind === 'change'
        ? { manifest: review.manifest, scopes: scopesOf(deps, review.manifest.items) }
        : {}),
      report: review.report,
    },
    reviewed_at: record.reviewedAt,
    client_id: clientId,
    // The operator may have suspended or retired it in the registry itself.
    registry_state: client?.state,
    secrets: (client?.secrets ?? []).map(({ id: secret, createdAt, expiresAt }) => ({
      id: secret,
      created_at: createdAt,
      expires_at: expiresAt,
    })),
    history: await Promise.all(
      record.history.map(async ({ by: account, ...entry }) => ({
        ...entry,
        by: await nameOf(deps, account),
      })),
    ),
    created_at: record.createdAt,
  };
};

export type RecordView = Awaited<ReturnType<typeof writeRecord>>;

/** A line of a list. */
export const writeSummary = ({ id, state, owner, manifest, review, clientId }: AppRecord) => ({
  id,
  state,
  owner,
  name: manifest.name,
  client_id: clientId,
  review: review && { kind: review.kind, asked_at: review.askedAt },
});

export type RecordSummary = ReturnType<typeof writeSummary>;
