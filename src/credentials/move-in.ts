import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { parseCertificateIdentifier } from '../identifiers/index.ts';
import { AlreadyExists, Conflict } from '../storage/index.ts';
import { toCertificate } from './certificate-record.ts';
import type { Dependencies } from './dependencies.ts';
import { getRecord } from './find-certificates.ts';
import type { ActContext, Certificate } from './index.ts';
import { appendForEach } from './presenters.ts';

/**
 * A certificate that came from another issuer names the identifier it had there (domain.md §9). One of our own has to be
 * moved out (06) first; then the online answer for it is "superseded".
 */
export const moveIn = async (
  deps: Dependencies,
  input: { certificateId: string; previous: string; context: ActContext },
): Promise<Certificate> => {
  const { store, audit, catalogue, clock } = deps;
  const { previous, context } = input;
  const certificate = await getRecord(store, input.certificateId);
  if (!certificate) throw new ServiceError('not_found');
  if (certificate.operation === 'move_in' && certificate.previous === previous)
    return toCertificate(certificate);
  // Identifiers from elsewhere may be odd: flagged, not refused (domain.md §9).
  const there = parseCertificateIdentifier(previous, { lenient: true });
  const here = parseCertificateIdentifier(certificate.identifier);
  if (!there || there.typeCode !== catalogue.get(certificate.type).typeCode)
    throw new ServiceError('invalid_request', {
      detail: 'this is no identifier of a certificate of that type',
    });
  if (certificate.previous !== undefined || there.issuerCode === here?.issuerCode)
    throw new ServiceError('certificate_state');
  const [ours] = await store.certificates.find('identifier', previous, { limit: 1 });
  if (ours && ours.state !== '06') throw new ServiceError('certificate_state');
  try {
    // The index first: the record is what a second try looks at.
    await store.superseded.insert({
      id: previous,
      certificate: certificate.id,
      supersededBy: certificate.identifier,
      operation: 'move_in',
      at: seconds(clock),
    });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    if ((await store.superseded.get(previous))?.certificate !== certificate.id)
      throw new ServiceError('already_exists');
  }
  try {
    const noted = await store.certificates.replace({ ...certificate, operation: 'move_in', previous });
    await appendForEach(audit, certificate.holders, {
      action: 'certificate.moved_in',
      actor: context.actor,
      object: certificate.id,
      result: 'ok',
      requestId: context.requestId,
    });
    return toCertificate(noted);
  } catch (error) {
    if (error instanceof Conflict) throw new ServiceError('conflict');
    throw error;
  }
};
