import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { Conflict, DataKeyDestroyed, type Versioned } from '../storage/index.ts';
import { toCertificate } from './certificate-record.ts';
import { type CertificateDocument, everyOf } from './credential-store.ts';
import type { Dependencies } from './dependencies.ts';
import { getRecord } from './find-certificates.ts';
import type { ActContext, Certificate, CertificateState } from './index.ts';
import { alignStatusEntry } from './status/align-status-entry.ts';

/** 01 and 02 change into each other and into an end; an end is final. 06 and 99 come with moving and its texts. */
const endings: readonly CertificateState[] = ['03', '04', '05', '07'];
const allowed = (from: CertificateState, to: CertificateState): boolean =>
  (from === '01' && (to === '02' || endings.includes(to))) ||
  (from === '02' && (to === '01' || endings.includes(to)));

/** Reasons are codes: what is written here goes into the audit chain, where no personal data may stand. */
const reasonCode = /^[a-z][a-z0-9_]{0,63}$/;

export const changeState = async (
  deps: Dependencies,
  input: { certificateId: string; to: CertificateState; reason: string; context: ActContext },
): Promise<Certificate> => {
  const { store, clock } = deps;
  const { to, reason, context } = input;
  if (!reasonCode.test(reason))
    throw new ServiceError('invalid_request', { detail: 'the reason must be a code' });
  for (;;) {
    let certificate = await getRecord(store, input.certificateId);
    if (!certificate) throw new ServiceError('not_found');
    if (certificate.pending) certificate = await finishStateChange(deps, certificate);
    if (!allowed(certificate.state, to)) throw new ServiceError('certificate_state');
    try {
      const decided = await store.certificates.replace({
        ...certificate,
        state: to,
        stateReason: reason,
        stateChangedAt: seconds(clock),
        stateSequence: certificate.stateSequence + 1,
        pending: { from: certificate.state, to, actor: context.actor, requestId: context.requestId },
        pendingMark: 'pending',
      });
      return toCertificate(await finishStateChange(deps, decided));
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
};

/**
 * Carries a decided change to every copy, intended ones included, then clears the mark. Safe to run again and in
 * several processes at once. The audit entry is written before the mark goes, so it may appear twice, never not at all.
 */
export const finishStateChange = async (
  deps: Dependencies,
  certificate: Versioned<CertificateDocument>,
): Promise<Versioned<CertificateDocument>> => {
  const { store, audit, statusTable } = deps;
  const { pending } = certificate;
  if (!pending) return certificate;
  let entries = 0;
  for await (const entry of everyOf(store.statusEntries, 'certificate', certificate.id)) {
    await alignStatusEntry(store, entry);
    entries += 1;
  }
  statusTable.changed();
  await audit.append({
    action: pending.reissued ? 'certificate.reissued' : 'certificate.state_changed',
    actor: pending.actor,
    subject: certificate.holder,
    object: certificate.id,
    result: 'ok',
    details: pending.reissued
      ? { state: certificate.state, entries }
      : { from: pending.from, to: pending.to, reason: certificate.stateReason ?? '', entries },
    requestId: pending.requestId,
  });
  return clearMark(deps, certificate);
};

const clearMark = async (
  { store }: Dependencies,
  certificate: Versioned<CertificateDocument>,
): Promise<Versioned<CertificateDocument>> => {
  try {
    return await store.certificates.replace({ ...certificate, pending: undefined, pendingMark: undefined });
  } catch (error) {
    if (error instanceof DataKeyDestroyed) return certificate; // the account was closed meanwhile; every entry has ended
    if (!(error instanceof Conflict)) throw error;
    const now = await store.certificates.get(certificate.id);
    if (!now) throw error;
    // Another process finished this change, or decided the next one, which has its own mark.
    return now;
  }
};
