import type { Delivery } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import type { Acting, Dependencies } from './dependencies.ts';
import { mayActOnIssuer } from './issuer-scope.ts';

/** What became of a certificate's copies in wallets, newest first: how many, when, and what the wallet said. */
export const listDeliveries = async (
  deps: Dependencies,
  input: Acting & { certificate: string },
): Promise<Omit<Delivery, 'holder'>[]> => {
  const { capacity } = input.official;
  const certificate = await deps.credentials.certificate(input.certificate);
  const organisation = await deps.officials.tree.current();
  const isInReach =
    certificate !== undefined &&
    (mayActOnIssuer(organisation, capacity, 'issuer_clerk', certificate.issuer) ||
      mayActOnIssuer(organisation, capacity, 'approver', certificate.issuer));
  if (!isInReach) throw new ServiceError('not_found');
  const deliveries = await deps.credentials.deliveries.ofCertificate(certificate.id);
  return deliveries.map(({ holder: _holder, ...delivery }) => delivery);
};
