/** A contact counts when its mailbox has answered: a code is mailed, a maintainer types it in. */
import { seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import type { AppRecord } from './app-record.ts';
import type { Act, AppRecordDeps } from './dependencies.ts';
import { sendContactCode } from './mails.ts';
import { codeHash, isCode, newCode } from './one-time-code.ts';
import { after, auditRecord, changeRecord, ownRecord } from './record-act.ts';

const codeSeconds = 86_400;
/** Nobody's mailbox is filled from here. */
const waitSeconds = 60;

export const mailContactCode = async (
  deps: AppRecordDeps,
  act: Act,
  id: string,
  contact: string,
): Promise<void> => {
  await ownRecord(deps, act, id);
  if (deps.mail.adapter === 'none')
    throw new ServiceError('app_state', { detail: 'no mail service is connected' });
  const code = newCode();
  const record = await changeRecord(deps, id, (present) => {
    if (!present.manifest.contacts.includes(contact)) throw new ServiceError('not_found');
    const now = seconds(deps.clock);
    if (present.contactCode && present.contactCode.expiresAt - codeSeconds + waitSeconds > now)
      throw new ServiceError('too_many_requests');
    return { ...present, contactCode: { contact, hash: codeHash(id, code), expiresAt: now + codeSeconds } };
  });
  if (!(await sendContactCode(deps, record, contact, code)))
    throw new ServiceError('internal_error', { detail: 'the mail could not be sent' });
};

export const confirmContact = async (
  deps: AppRecordDeps,
  act: Act,
  id: string,
  code: string,
): Promise<AppRecord> => {
  await ownRecord(deps, act, id);
  const record = await changeRecord(deps, id, (present) => {
    const { contactCode, confirmedContacts, manifest } = present;
    if (!contactCode || !isCode(contactCode, id, code, seconds(deps.clock)))
      throw new ServiceError('invalid_request', { detail: 'the code is wrong or too old' });
    const confirmed = [...confirmedContacts, contactCode.contact];
    return after(deps, present, act.accountId, 'contact_confirmed', {
      contactCode: undefined,
      confirmedContacts: manifest.contacts.filter((contact) => confirmed.includes(contact)),
    });
  });
  await auditRecord(deps, record, act, 'contact_confirmed');
  return record;
};
