import type { Enrolment } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { type Asking, actingOf, type WalletDeps } from './routes.ts';

/** Copies of the very certificate on keys of the holder's device. Proofs are those of the credential endpoint. */
export const copyCertificate = async (
  deps: WalletDeps,
  input: Asking & {
    certificateId: string;
    configuration: string;
    proofs: readonly string[];
    enrolment: Enrolment | undefined;
  },
) => {
  const { holder, presenter, mayHave } = await actingOf(deps, input);
  const wanted = deps.credentials.configurations()[input.configuration];
  if (!wanted) throw new ServiceError('unknown_certificate_type');
  if (!mayHave(wanted.type)) throw new ServiceError('wrong_capacity');
  const issued = await deps.credentials.issueCopies({
    account: holder,
    presenter,
    type: wanted.type,
    certificate: input.certificateId,
    format: wanted.format,
    ...(wanted.view ? { view: wanted.view } : {}),
    deviceKeys: await deps.checkProofs(input.proofs),
    enrolment: input.enrolment,
    context: input.context,
  });
  return { credentials: issued.copies.map(({ credential }) => ({ credential })) };
};
