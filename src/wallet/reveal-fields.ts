import type { ActContext } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { holderOf, type WalletDeps } from './routes.ts';

/** The holder opens her own certificate; the reading is in the log she sees. Another person's is simply not there. */
export const revealFields = async (
  deps: WalletDeps,
  input: { accountId: string; certificateId: string; context: ActContext },
) => {
  const account = await holderOf(deps, input.accountId);
  const certificate = await deps.credentials.certificate(input.certificateId);
  if (!certificate?.holders.includes(account.id)) throw new ServiceError('not_found');
  const type = deps.catalogue.get(certificate.type);
  const present = type.fields.filter((field) => certificate.fields[field.name] !== undefined);
  await deps.audit.append({
    action: 'certificate.opened_by_holder',
    actor: input.context.actor,
    subject: account.id,
    object: certificate.id,
    fields: present.map((field) => field.name),
    result: 'ok',
    requestId: input.context.requestId,
  });
  return {
    fields: present.map(({ name, label }) => ({ name, label, value: String(certificate.fields[name]) })),
  };
};
