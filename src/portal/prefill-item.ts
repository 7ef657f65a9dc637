import { ServiceError } from '../errors.ts';
import type { PortalDeps } from './routes.ts';
import { findServiceItem } from './service-items.ts';

/**
 * What the province already has for an item, so that the person is asked for nothing (State Council Decree 716:
 * what sharing can obtain must not be asked again). Only the item's own fields; the reading is audited.
 */
export const prefillItem = async (
  deps: PortalDeps,
  input: { code: string; accountId: string; clientId: string; requestId?: string },
) => {
  const item = findServiceItem(input.code);
  if (!item) throw new ServiceError('not_found');
  const account = await deps.accounts.get(input.accountId);
  if (account?.state !== 'active') throw new ServiceError('unauthenticated');
  const actor = `client:${input.clientId}`;
  const certificate = await deps.credentials.ensureCertificate(account, item.certificateType, {
    actor,
    requestId: input.requestId,
  });
  const type = deps.catalogue.get(item.certificateType);
  const shown = type.fields.filter(
    (field) => item.fields.includes(field.name) && certificate.fields[field.name] !== undefined,
  );
  await deps.audit.append({
    action: 'certificate.read_for_item',
    actor,
    subject: account.id,
    object: certificate.id,
    fields: shown.map((field) => field.name),
    result: 'ok',
    details: { item: item.code },
    requestId: input.requestId,
  });
  return {
    item: { code: item.code, name: item.name },
    certificate: { state: certificate.state, valid_until: certificate.validUntil },
    prefilled: shown.map(({ name, label }) => ({ name, label, value: String(certificate.fields[name]) })),
    asks: [],
    visits: item.visits,
    papers: item.papers,
  };
};
