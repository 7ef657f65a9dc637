import { DataKeyDestroyed } from '../storage/index.ts';
import { toCertificate } from './certificate-record.ts';
import type { CredentialStore } from './credential-store.ts';
import { getRecord } from './find-certificates.ts';
import type { Certificate } from './index.ts';
import { idOfEntry } from './status/status-value.ts';

/** What a copy that was shown is of. */
export interface ShownCopy {
  /** As it is for this holder. */
  certificate: Certificate;
  /** Account id or enterprise id. */
  holder: string;
  /** Account on whose phone an enterprise's copy is. */
  presenter?: string;
  /** 1 invalid, 2 suspended, for this copy; `superseded`: a newer one took its place. */
  status: 0 | 1 | 2;
  superseded: boolean;
}

/** By the status entry that a verdict names; undefined for one that was never issued here, or of a closed holder. */
export const findShown = async (
  store: CredentialStore,
  { list, index }: { list: number; index: number },
): Promise<ShownCopy | undefined> => {
  const entry = await store.statusEntries.get(idOfEntry(list, index));
  const record = entry && (await getRecord(store, entry.certificate));
  if (!entry || !record) return undefined;
  const copy = await store.copies.get(entry.copy).catch((error: unknown) => {
    if (error instanceof DataKeyDestroyed) return undefined;
    throw error;
  });
  const holder = copy?.holder ?? record.holders[0]!;
  return {
    certificate: toCertificate(record, holder),
    holder,
    ...(copy?.presenter ? { presenter: copy.presenter.account } : {}),
    status: entry.state,
    superseded: entry.superseded === true,
  };
};
