import { ServiceError } from '../errors.ts';
import { onlineItem } from './online-item.ts';
import type { PortalDeps } from './routes.ts';

/**
 * What the province already has for an item, so that the person is asked for nothing (State Council Decree 716:
 * what sharing can obtain must not be asked again). Only the item's own fields; every reading is audited.
 */
export const prefillItem = async (
  deps: PortalDeps,
  input: { code: string; accountId: string; clientId: string; requestId?: string },
) => {
  const account = await deps.accounts.get(input.accountId);
  if (account?.state !== 'active') throw new ServiceError('unauthenticated');
  const item = onlineItem(deps.items, input.code, account);
  const actor = `client:${input.clientId}`;
  const { requestId } = input;
  const read = [];
  for (const { type } of item.certificates) {
    const certificate = await deps.credentials.ensureCertificate(account, type, { actor, requestId });
    const allowed = deps.items.mayRead(item.code, type);
    const shown = deps.catalogue
      .get(type)
      .fields.filter(({ name }) => allowed.includes(name) && certificate.fields[name] !== undefined);
    await deps.audit.append({
      action: 'certificate.read_for_item',
      actor,
      subject: account.id,
      object: certificate.id,
      fields: shown.map(({ name }) => name),
      result: 'ok',
      details: { item: item.code },
      requestId,
    });
    read.push({ type, certificate, shown });
  }
  const [{ certificate: main }] = read as [(typeof read)[number], ...typeof read];
  return {
    item: { code: item.code, name: item.name },
    certificate: { state: main.state, valid_until: main.validUntil },
    prefilled: read.flatMap(({ type, certificate, shown }) =>
      shown.map(({ name, label }) => ({
        certificate: type,
        name,
        label,
        value: String(certificate.fields[name]),
      })),
    ),
    asks: [],
    visits: item.visits,
    papers: item.papers,
  };
};
