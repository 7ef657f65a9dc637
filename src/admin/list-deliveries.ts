import type { Delivery } from '../credentials/index.ts';
import type { Acting, Dependencies } from './dependencies.ts';
import { certificateInReach } from './read-certificate.ts';

/** What became of a certificate's copies in wallets, newest first: how many, when, and what the wallet said. */
export const listDeliveries = async (
  deps: Dependencies,
  input: Acting & { certificate: string },
): Promise<Omit<Delivery, 'holder'>[]> => {
  const certificate = await certificateInReach(deps, input);
  const deliveries = await deps.credentials.deliveries.ofCertificate(certificate.id);
  return deliveries.map(({ holder: _holder, ...delivery }) => delivery);
};
