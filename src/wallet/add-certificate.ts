import type { ActContext } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { certificateCard } from './certificate-card.ts';
import { holderOf, type WalletDeps } from './routes.ts';

/** Adds what the register has of one type, a certificate a row; adding it again changes nothing. */
export const addCertificate = async (
  deps: WalletDeps,
  input: { accountId: string; type: string; context: ActContext },
) => {
  const account = await holderOf(deps, input.accountId);
  const type = deps.catalogue.get(input.type);
  try {
    await deps.credentials.ensureCertificates(account, type.id, input.context);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'approval_needed')
      await deps.credentials.applyFor(account, type.id, input.context);
    throw error;
  }
  const held = (await deps.credentials.listForHolder(account)).find((entry) => entry.type === type.id);
  if (!held) throw new ServiceError('not_found');
  return certificateCard(type, held);
};
