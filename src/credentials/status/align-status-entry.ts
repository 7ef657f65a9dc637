import { Conflict, DataKeyDestroyed, type Versioned } from '../../storage/index.ts';
import type { CredentialStore, StatusEntryDocument } from '../credential-store.ts';
import { statusValueOf, withState } from './status-value.ts';

/**
 * Brings one entry to the state of its certificate. The entry remembers the certificate's state sequence: of two
 * changes running at once the later one stays, whichever writes last. An entry of a version before the present one ends.
 * So it does when the holder's key was destroyed: nobody can say any more what the certificate was.
 */
export const alignStatusEntry = async (
  store: CredentialStore,
  entry: Versioned<StatusEntryDocument>,
): Promise<Versioned<StatusEntryDocument>> => {
  let current: Versioned<StatusEntryDocument> | undefined = entry;
  while (current) {
    const certificate = await certificateOf(store, current);
    if (certificate === 'closed') {
      await endStatusEntry(store, current);
      return { ...current, state: 1, ended: true };
    }
    if (certificate && current.sequence < (certificate.reissuedSequence ?? 0)) {
      await endStatusEntry(store, current, { superseded: true });
      return { ...current, state: 1, ended: true, superseded: true };
    }
    if (!certificate || current.sequence >= certificate.stateSequence) return current;
    try {
      const state = statusValueOf(certificate.state);
      return await store.statusEntries.replace(withState(current, state, certificate.stateSequence));
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      current = await store.statusEntries.get(current.id);
    }
  }
  return entry;
};

const certificateOf = async (store: CredentialStore, entry: StatusEntryDocument) => {
  try {
    return await store.certificates.get(entry.certificate);
  } catch (error) {
    if (error instanceof DataKeyDestroyed) return 'closed';
    throw error;
  }
};

/** Makes one entry invalid for good: its device key was ended, or a newer version took its place. */
export const endStatusEntry = async (
  store: CredentialStore,
  entry: Versioned<StatusEntryDocument>,
  why: Pick<StatusEntryDocument, 'superseded'> = {},
): Promise<void> => {
  let current: Versioned<StatusEntryDocument> | undefined = entry;
  while (current && !current.ended) {
    try {
      await store.statusEntries.replace(withState({ ...current, ended: true, ...why }, 1, current.sequence));
      return;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      current = await store.statusEntries.get(current.id);
    }
  }
};
