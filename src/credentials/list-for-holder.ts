import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { CertificateType } from './catalogue/certificate-type.ts';
import { mayHold } from './catalogue/holders.ts';
import { isExpired, isLive, toCertificate } from './certificate-record.ts';
import { rowsToHold } from './choose-register-row.ts';
import type { Dependencies } from './dependencies.ts';
import { findRows, heldCertificates, proofingLevelFor, recordOf } from './ensure-certificate.ts';
import type { Holder } from './holder.ts';
import type { HolderCertificate } from './index.ts';

/** Every type that this holder may have, with what is held or could be (ZLB-1): one entry a certificate. */
export const listForHolder = async (deps: Dependencies, account: Holder): Promise<HolderCertificate[]> => {
  const types = deps.catalogue.types().filter((type) => mayHold(type, account.kind));
  return (await Promise.all(types.map((type) => entriesOf(deps, account, type)))).flat();
};

const entriesOf = async (
  deps: Dependencies,
  account: Holder,
  type: CertificateType,
): Promise<HolderCertificate[]> => {
  const entry = { type: type.id, typeName: type.name };
  const now = seconds(deps.clock);
  const issuerOf = (id: string): HolderCertificate['issuer'] => {
    const issuer = deps.trust.issuer(id);
    return issuer && { id, name: issuer.name };
  };
  const all = await heldCertificates(deps, account.id, type.id);
  // What has ended is shown only where nothing stands: the last word about it.
  const live = all.filter((certificate) => isLive(certificate, now));
  const held = (live.length > 0 ? live : all.slice(0, 1)).map((document): HolderCertificate => {
    const certificate = toCertificate(document, account.id);
    const expired = isExpired(certificate, now);
    return { ...entry, status: 'held', issuer: issuerOf(certificate.issuer), certificate, expired };
  });
  const unavailable = (reason: HolderCertificate['reason']): HolderCertificate[] =>
    held.length > 0 ? held : [{ ...entry, status: 'unavailable', reason }];
  if (account.proofingLevel < proofingLevelFor(type)) return unavailable('proofing_level');
  try {
    const { usable, faulty } = await findRows(deps, account, type);
    for (const chosen of rowsToHold(usable)) {
      if (await recordOf(deps, account, type, chosen)) continue;
      // One entry for what can be added: adding the type adds every row.
      return [...held, { ...entry, status: 'available', issuer: issuerOf(chosen.row.issuer) }];
    }
    return unavailable(faulty ? 'register_entry_faulty' : 'not_in_register');
  } catch (error) {
    // One register that does not answer, or is not connected here, hides its own certificates only.
    if (!(error instanceof ServiceError)) throw error;
    if (error.code !== 'register_unavailable' && error.code !== 'not_in_register') throw error;
    return unavailable(error.code);
  }
};
