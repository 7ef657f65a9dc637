import { appendForEach } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { type Asking, actingOf, type WalletDeps } from './routes.ts';

/** The holder opens her own certificate; the reading is in the log she sees. Another person's is simply not there. */
export const revealFields = async (deps: WalletDeps, input: Asking & { certificateId: string }) => {
  const { holder, presenter, mayHave } = await actingOf(deps, input);
  const certificate = await deps.credentials.certificate(input.certificateId, holder.id);
  if (!certificate?.holders.includes(holder.id) || !mayHave(certificate.type))
    throw new ServiceError('not_found');
  const type = deps.catalogue.get(certificate.type);
  const present = type.fields.filter((field) => certificate.fields[field.name] !== undefined);
  await appendForEach(deps.audit, [holder.id, presenter?.account], {
    action: 'certificate.opened_by_holder',
    actor: input.context.actor,
    object: certificate.id,
    fields: present.map((field) => field.name),
    result: 'ok',
    requestId: input.context.requestId,
  });
  return {
    fields: present.map(({ name, label }) => ({ name, label, value: String(certificate.fields[name]) })),
  };
};
