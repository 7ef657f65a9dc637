/**
 * A person's data as one JSON document that a machine can read (PIPL art. 45; GB/T 35273-2020 §8.6). The format is
 * described in docs/personal-data.md. The caller has just seen a strong sign-in of hers.
 */
import type { Account, Accounts } from '../accounts/index.ts';
import type { Audit, AuditEntry } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';

export const exportFormat = { name: 'onecert-personal-data', version: 1 } as const;

/** What one feature keeps of a person, as JSON. No secrets, and no other person's data. */
export type ExportSection = (account: Account) => Promise<unknown>;

export interface ExportOfData {
  format: typeof exportFormat;
  exported_at: string;
  account: Record<string, unknown>;
  [section: string]: unknown;
}

export const dateTime = (unixSeconds: number): string => new Date(unixSeconds * 1000).toISOString();

const accountOf = (account: Account): ExportOfData['account'] => ({
  id: account.id,
  state: account.state,
  name: account.name,
  document_kind: account.documentKind,
  document_number: account.documentNumber,
  phone: account.phone,
  proofing_level: account.proofingLevel,
  created_at: dateTime(account.createdAt),
});

/** Others appear by what they are; only apps by their id, which the person has seen. */
const actorOf = (actor: string, accountId: string): string => {
  if (actor === `account:${accountId}`) return 'self';
  return actor.startsWith('account:') ? 'another_person' : actor;
};

const logLine = (entry: AuditEntry, accountId: string) => ({
  at: new Date(entry.at).toISOString(),
  action: entry.action,
  by: actorOf(entry.actor, accountId),
  object: entry.object === undefined ? undefined : actorOf(entry.object, accountId),
  fields: entry.fields,
  result: entry.result,
  details: entry.details,
});

export const createExport =
  (deps: {
    accounts: Pick<Accounts, 'get' | 'tell'>;
    audit: Audit;
    clock: Clock;
    sections: Readonly<Record<string, ExportSection>>;
  }) =>
  async (accountId: string, context: { actor: string; requestId?: string }): Promise<ExportOfData> => {
    const { accounts, audit, clock, sections } = deps;
    const account = await accounts.get(accountId);
    if (account === undefined || account.state === 'closed') throw new ServiceError('not_found');
    await audit.append({
      action: 'account.exported',
      actor: context.actor,
      subject: accountId,
      fields: ['account', ...Object.keys(sections), 'use_log'],
      result: 'ok',
      ...(context.requestId === undefined ? {} : { requestId: context.requestId }),
    });
    const document: ExportOfData = {
      format: exportFormat,
      exported_at: new Date(clock.now()).toISOString(),
      account: accountOf(account),
    };
    for (const [name, section] of Object.entries(sections)) document[name] = await section(account);
    const log = await audit.about(accountId, Number.MAX_SAFE_INTEGER);
    document.use_log = log.map((entry) => logLine(entry, accountId));
    await accounts.tell(accountId, 'data_exported');
    return document;
  };
