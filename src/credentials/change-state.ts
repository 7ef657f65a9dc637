import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { AlreadyExists, Conflict, DataKeyDestroyed, type Versioned } from '../storage/index.ts';
import { toCertificate } from './certificate-record.ts';
import { type CertificateDocument, everyOf } from './credential-store.ts';
import type { Dependencies } from './dependencies.ts';
import { getRecord } from './find-certificates.ts';
import type { ActContext, Certificate, CertificateState } from './index.ts';
import { appendForEach } from './presenters.ts';
import { alignStatusEntry } from './status/align-status-entry.ts';

/** 01 and 02 change into each other and into an end; an end is final (domain.md §9). */
const endings: readonly CertificateState[] = ['03', '04', '05', '06', '07', '99'];
const allowed = (from: CertificateState, to: CertificateState): boolean =>
  (from === '01' && (to === '02' || endings.includes(to))) ||
  (from === '02' && (to === '01' || endings.includes(to)));

/** Reasons are codes: what is written here goes into the audit chain, where no personal data may stand. */
const reasonCode = /^[a-z][a-z0-9_]{0,63}$/;

export const changeState = async (
  deps: Dependencies,
  input: {
    certificateId: string;
    to: CertificateState;
    reason: string;
    context: ActContext;
    /** Written in the same act. */
    also?: Pick<Certificate, 'supersededBy' | 'cardLostAt'>;
  },
): Promise<Certificate> => {
  const { store, clock } = deps;
  const { to, reason, context, also } = input;
  if (!reasonCode.test(reason))
    throw new ServiceError('invalid_request', { detail: 'the reason must be a code' });
  for (;;) {
    let certificate = await getRecord(store, input.certificateId);
    if (!certificate) throw new ServiceError('not_found');
    if (certificate.pending) certificate = await finishStateChange(deps, certificate);
    if (!allowed(certificate.state, to)) throw new ServiceError('certificate_state');
    if (to === '99') requireText(deps, certificate.type, reason);
    try {
      const decided = await store.certificates.replace({
        ...certificate,
        // Whoever lifts a suspension has decided on the card as well.
        ...(to === '01' ? { cardLostAt: undefined } : {}),
        ...also,
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

/** 99 "other" says what it is (domain.md §9): by a code whose text in both languages stands in the type's file. */
const requireText = ({ catalogue }: Dependencies, type: string, reason: string): void => {
  if (!catalogue.find(type)?.life?.otherStates?.some(({ code }) => code === reason))
    throw new ServiceError('invalid_request', { detail: 'the type has no other state of that code' });
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
  if (pending.previous !== undefined) await noteSuperseded(store, certificate, pending.previous);
  await appendForEach(audit, certificate.holders, {
    action: pending.reissued ? 'certificate.reissued' : 'certificate.state_changed',
    actor: pending.actor,
    object: certificate.id,
    result: 'ok',
    details: pending.reissued
      ? { operation: certificate.operation ?? 'change', state: certificate.state, entries }
      : { from: pending.from, to: pending.to, reason: certificate.stateReason ?? '', entries },
    requestId: pending.requestId,
  });
  return clearMark(deps, certificate);
};

/** What the online answer of an identifier is once a newer one stands in its place. Safe to run again. */
const noteSuperseded = async (
  store: Dependencies['store'],
  { id, identifier, operation = 'change', stateChangedAt }: CertificateDocument,
  previous: string,
): Promise<void> => {
  try {
    await store.superseded.insert({
      id: previous,
      certificate: id,
      supersededBy: identifier,
      operation,
      at: stateChangedAt,
    });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
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
