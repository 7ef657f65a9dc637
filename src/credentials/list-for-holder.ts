import type { Account } from '../accounts/index.ts';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { CertificateType } from './catalogue/certificate-type.ts';
import { mayHold } from './catalogue/holders.ts';
import { isExpired, toCertificate } from './certificate-record.ts';
import type { Dependencies } from './dependencies.ts';
import { findRow, heldCertificate, proofingLevelFor } from './ensure-certificate.ts';
import type { HolderCertificate } from './index.ts';

/** Every type for persons, with what this holder has or could have (ZLB-1). */
export const listForHolder = (deps: Dependencies, account: Account): Promise<HolderCertificate[]> =>
  Promise.all(
    deps.catalogue
      .types()
      .filter((type) => mayHold(type, account.kind))
      .map((type) => entryOf(deps, account, type)),
  );

const entryOf = async (
  deps: Dependencies,
  account: Account,
  type: CertificateType,
): Promise<HolderCertificate> => {
  const entry = { type: type.id, typeName: type.name };
  const issuerOf = (id: string): HolderCertificate['issuer'] => {
    const issuer = deps.trust.issuer(id);
    return issuer && { id, name: issuer.name };
  };
  const held = await heldCertificate(deps, account.id, type.id);
  if (held) {
    const certificate = toCertificate(held);
    const expired = isExpired(certificate, seconds(deps.clock));
    return { ...entry, status: 'held', issuer: issuerOf(certificate.issuer), certificate, expired };
  }
  if (account.proofingLevel < proofingLevelFor(type))
    return { ...entry, status: 'unavailable', reason: 'proofing_level' };
  try {
    const { chosen, faulty } = await findRow(deps, account, type);
    if (chosen) return { ...entry, status: 'available', issuer: issuerOf(chosen.row.issuer) };
    return { ...entry, status: 'unavailable', reason: faulty ? 'register_entry_faulty' : 'not_in_register' };
  } catch (error) {
    // One register that does not answer, or is not connected here, hides its own certificates only.
    if (!(error instanceof ServiceError)) throw error;
    if (error.code !== 'register_unavailable' && error.code !== 'not_in_register') throw error;
    return { ...entry, status: 'unavailable', reason: error.code };
  }
};
