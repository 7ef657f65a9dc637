import type { Certificate, RegisterDifference } from '../credentials/index.ts';
import type { Dependencies } from './dependencies.ts';

/**
 * What the register says differently of a certificate, whichever of its holders it is about. Undefined when nothing,
 * and while nobody who holds it has an account. That a row is missing counts only when it is missing for all of them:
 * one whom it names no more leaves with the next version. Throws register_unavailable.
 */
export const registerDifference = async (
  { holders, credentials }: Pick<Dependencies, 'holders' | 'credentials'>,
  certificate: Pick<Certificate, 'id' | 'holders'>,
): Promise<(RegisterDifference & { holder: string }) | undefined> => {
  let missing: (RegisterDifference & { holder: string }) | undefined;
  let named = false;
  for (const holder of certificate.holders) {
    const account = await holders.byId(holder);
    if (account?.state !== 'active') continue;
    const difference = await credentials.compareWithRegister(account, certificate.id);
    if (difference && difference.reason !== 'register_row_missing') return { ...difference, holder };
    if (difference) missing ??= { ...difference, holder };
    else named = true;
  }
  return named ? undefined : missing;
};
