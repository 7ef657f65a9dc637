import { randomBytes } from 'node:crypto';
import { seconds } from '../clock.ts';
import type { Certificate } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { AlreadyExists } from '../storage/index.ts';
import type { Case } from './case-store.ts';
import { onlineItem } from './online-item.ts';
import type { PortalDeps } from './routes.ts';

/** Starts a case. With a certificate that is not in force it is refused: the department must see the person first. */
export const submitCase = async (
  deps: PortalDeps,
  input: { item: string; accountId: string; clientId: string; requestId?: string },
): Promise<Case> => {
  const account = await deps.accounts.get(input.accountId);
  if (account?.state !== 'active') throw new ServiceError('unauthenticated');
  const item = onlineItem(deps.items, input.item, account);
  const actor = `client:${input.clientId}`;
  const { requestId } = input;
  const certificates: Certificate[] = [];
  for (const { type } of item.certificates) {
    certificates.push(await deps.credentials.ensureCertificate(account, type, { actor, requestId }));
  }
  const event = { action: 'case.submitted', actor, subject: account.id, requestId };
  const ended = certificates.find(({ state }) => state !== '01');
  if (ended) {
    await deps.audit.append({
      ...event,
      object: ended.id,
      result: 'refused',
      details: { item: item.code, reason: 'certificate_state', state: ended.state },
    });
    throw new ServiceError('certificate_state', {
      detail: 'with a certificate that is not in force this item cannot be handled online',
    });
  }
  const openKey = `${account.id}|${item.code}`;
  let created: Case;
  try {
    created = await deps.cases.insert({
      id: `case_${randomBytes(12).toString('base64url')}`,
      item: item.code,
      openKey,
      applicant: account.id,
      certificate: certificates[0]!.id,
      client: input.clientId,
      state: 'accepted',
      createdAt: seconds(deps.clock),
    });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    const [open] = await deps.cases.find('openKey', openKey);
    if (!open) throw error;
    return open;
  }
  await deps.audit.append({ ...event, object: created.id, result: 'ok', details: { item: item.code } });
  return created;
};
