import type { ActContext } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { holderOf, type WalletDeps } from './routes.ts';

/** Copies of the very certificate on keys of the holder's device. Proofs are those of the credential endpoint. */
export const copyCertificate = async (
  deps: WalletDeps,
  input: {
    accountId: string;
    certificateId: string;
    configuration: string;
    proofs: readonly string[];
    context: ActContext;
  },
) => {
  const account = await holderOf(deps, input.accountId);
  const wanted = deps.credentials.configurations()[input.configuration];
  if (!wanted) throw new ServiceError('unknown_certificate_type');
  const issued = await deps.credentials.issueCopies({
    account,
    type: wanted.type,
    certificate: input.certificateId,
    format: wanted.format,
    ...(wanted.view ? { view: wanted.view } : {}),
    deviceKeys: await deps.checkProofs(input.proofs),
    context: input.context,
  });
  return { credentials: issued.copies.map(({ credential }) => ({ credential })) };
};
