/** What was issued to a holder: its list for her export, and its end when her account closes. */
import { DataKeyDestroyed, type Versioned } from '../storage/index.ts';
import { isEnded } from './certificate-record.ts';
import { changeState, finishStateChange } from './change-state.ts';
import { type CertificateDocument, everyOf, type JointHolderDocument } from './credential-store.ts';
import type { Dependencies } from './dependencies.ts';
import { getRecord } from './find-certificates.ts';
import type { ActContext, Copy } from './index.ts';
import { endPresentersOf } from './presenters.ts';
import { leaveRecord } from './shares.ts';
import { endStatusEntry } from './status/align-status-entry.ts';

/** Every copy ever signed for her, without the signed bytes. */
export const copiesOf = async (
  { store }: Pick<Dependencies, 'store'>,
  holder: string,
): Promise<Omit<Copy, 'signed'>[]> => {
  const copies: Omit<Copy, 'signed'>[] = [];
  for await (const { ver: _ver, signed: _signed, power: _power, ...copy } of everyOf(
    store.copies,
    'holder',
    holder,
  ))
    copies.push(copy);
  return copies;
};

/**
 * Cancels (04) every certificate that is not ended yet and makes every copy of hers invalid for good. It may run after
 * her data key was destroyed as well, for what was being issued at that moment. Safe to run again.
 */
export const closeHolder = async (
  deps: Dependencies,
  holder: string,
  context: ActContext,
): Promise<number> => {
  let copies = 0;
  await endPresentersOf(deps, holder, context);
  for await (const certificate of everyOf(deps.store.certificates, 'holder', holder)) {
    await cancel(deps, certificate, context);
    for await (const entry of everyOf(deps.store.statusEntries, 'certificate', certificate.id)) {
      await endStatusEntry(deps.store, entry);
      copies += 1;
    }
  }
  for await (const pointer of everyOf(deps.store.jointHolders, 'holder', holder)) {
    copies += await leaveForGood(deps, holder, pointer, context);
  }
  deps.statusTable.changed();
  return copies;
};

/** The last of several holders takes the record's own data key along. */
const leaveForGood = async (
  deps: Dependencies,
  holder: string,
  { id, certificate: certificateId }: JointHolderDocument,
  context: ActContext,
): Promise<number> => {
  const left = { certificateId, holder, reason: 'account_closed', context };
  const copies = await leaveRecord(deps, left);
  const record = await getRecord(deps.store, certificateId);
  if (record?.holders.includes(holder)) await deps.destroyDataKey(record.holder);
  await deps.store.jointHolders.delete(id);
  return copies;
};

const cancel = async (
  deps: Dependencies,
  certificate: Versioned<CertificateDocument>,
  context: ActContext,
): Promise<void> => {
  try {
    if (certificate.pending) await finishStateChange(deps, certificate);
    if (isEnded(certificate.state)) return;
    await changeState(deps, { certificateId: certificate.id, to: '04', reason: 'account_closed', context });
  } catch (error) {
    // The record cannot be read any more; its entries are ended all the same.
    if (!(error instanceof DataKeyDestroyed)) throw error;
  }
};
