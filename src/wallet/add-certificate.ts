import { ServiceError } from '../errors.ts';
import { certificateCard } from './certificate-card.ts';
import { type Asking, actingOf, type WalletDeps } from './routes.ts';

/** Adds what the register has of one type, a certificate a row; adding it again changes nothing. */
export const addCertificate = async (deps: WalletDeps, input: Asking & { type: string }) => {
  const { credentials } = deps;
  const { holder, presenter, mayHave } = await actingOf(deps, input);
  const type = deps.catalogue.get(input.type);
  if (!mayHave(type.id)) throw new ServiceError('wrong_capacity');
  try {
    await credentials.ensureCertificates(holder, type.id, input.context, presenter);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'approval_needed')
      await credentials.applyFor(holder, type.id, input.context);
    throw error;
  }
  const held = (await credentials.listForHolder(holder)).find((entry) => entry.type === type.id);
  if (!held) throw new ServiceError('not_found');
  return certificateCard(type, held);
};
