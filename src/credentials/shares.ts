/**
 * Several holders of one certificate (decision 0018): one record under a data key of its own, in which each holder has a
 * share, the fields as they stand on her copies. A pointer says where to look for a holder's; the record decides.
 */
import { AlreadyExists, Conflict, DataKeyDestroyed, type Versioned } from '../storage/index.ts';
import { isEnded, withShares } from './certificate-record.ts';
import { changeState, finishStateChange } from './change-state.ts';
import { type CertificateDocument, everyOf, type Share } from './credential-store.ts';
import type { Dependencies } from './dependencies.ts';
import { getRecord } from './find-certificates.ts';
import type { ActContext } from './index.ts';
import { endStatusEntry } from './status/align-status-entry.ts';

type Record = Versioned<CertificateDocument>;

/** Before the record names her: a crash leaves a pointer to nothing, never a certificate she cannot find. */
export const pointToShare = async (
  { store }: Pick<Dependencies, 'store'>,
  certificate: string,
  holder: string,
): Promise<void> => {
  try {
    await store.jointHolders.insert({ id: `${certificate}|${holder}`, certificate, holder });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
};

/** She is another of those whom the register names: the record has her share from now on. */
export const joinRecord = async (deps: Dependencies, record: Record, share: Share): Promise<Record> => {
  await pointToShare(deps, record.id, share.holder);
  for (
    let present: Record | undefined = record;
    present;
    present = await deps.store.certificates.get(record.id)
  ) {
    if (present.holders.includes(share.holder)) return present;
    try {
      return await deps.store.certificates.replace(withShares(present, [...(present.shares ?? []), share]));
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
  throw new DataKeyDestroyed();
};

/**
 * Her copies end and her share is taken out; the others keep theirs. The last of them cancels the certificate. Safe to
 * run again.
 */
export const leaveRecord = async (
  deps: Dependencies,
  {
    certificateId,
    holder,
    reason,
    context,
  }: {
    certificateId: string;
    holder: string;
    reason: string;
    context: ActContext;
  },
): Promise<number> => {
  const { store, audit, statusTable } = deps;
  // Before as well: once her share is out, nothing but a pointer tells a second run of what a crash left.
  await endCopiesOf(deps, certificateId, holder);
  for (;;) {
    let record = await getRecord(store, certificateId);
    if (!record?.holders.includes(holder)) break;
    if (record.pending) record = await finishStateChange(deps, record);
    const left = (record.shares ?? []).filter((share) => share.holder !== holder);
    if (left.length === 0) {
      if (!isEnded(record.state)) await changeState(deps, { certificateId, to: '04', reason, context });
      break;
    }
    try {
      await store.certificates.replace(withShares(record, left));
      break;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
  const copies = await endCopiesOf(deps, certificateId, holder);
  statusTable.changed();
  await audit.append({
    action: 'certificate.holder_left',
    actor: context.actor,
    subject: holder,
    object: certificateId,
    result: 'ok',
    details: { copies, reason },
    requestId: context.requestId,
  });
  return copies;
};

/** Hers, and what belongs to the record itself, the department's file copies: they may show what was hers. */
const endCopiesOf = async (
  { store }: Dependencies,
  certificateId: string,
  holder: string,
): Promise<number> => {
  let copies = 0;
  const end = async (copy: { id: string; holder: string }): Promise<void> => {
    if (copy.holder !== holder && !copy.holder.startsWith('j_')) return;
    for await (const entry of everyOf(store.statusEntries, 'copy', copy.id))
      await endStatusEntry(store, entry);
    copies += 1;
  };
  for await (const copy of everyOf(store.copies, 'certificate', certificateId)) await end(copy);
  for await (const copy of everyOf(store.annotatedCopies, 'certificate', certificateId)) await end(copy);
  return copies;
};
