import { randomBytes } from 'node:crypto';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { AlreadyExists } from '../storage/index.ts';
import type { Case } from './case-store.ts';
import type { PortalDeps } from './routes.ts';
import { findServiceItem } from './service-items.ts';

/** Starts a case. The renewal of an ended certificate is refused: the department must see the person first. */
export const submitCase = async (
  deps: PortalDeps,
  input: { item: string; accountId: string; clientId: string; requestId?: string },
): Promise<Case> => {
  const item = findServiceItem(input.item);
  if (!item) throw new ServiceError('not_found');
  const account = await deps.accounts.get(input.accountId);
  if (account?.state !== 'active') throw new ServiceError('unauthenticated');
  const actor = `client:${input.clientId}`;
  const context = { actor, requestId: input.requestId };
  const certificate = await deps.credentials.ensureCertificate(account, item.certificateType, context);
  if (certificate.state !== '01') {
    throw new ServiceError('certificate_state', {
      detail: 'a certificate that is not in force cannot be renewed online',
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
      certificate: certificate.id,
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
  await deps.audit.append({
    action: 'case.submitted',
    actor,
    subject: account.id,
    object: created.id,
    result: 'ok',
    details: { item: item.code },
    requestId: input.requestId,
  });
  return created;
};
