import { Conflict } from '../storage/index.ts';
import { finishStateChange } from './change-state.ts';
import { everyOf } from './credential-store.ts';
import type { Dependencies } from './dependencies.ts';
import { finishEndingDevice } from './end-device.ts';
import { getRecord } from './find-certificates.ts';
import { finishEndingPhones } from './phones.ts';
import { finishEndingPresenter } from './presenters.ts';
import { endStatusEntry } from './status/align-status-entry.ts';

const endEntriesOf = async ({ store, statusTable }: Dependencies, certificate: string): Promise<void> => {
  for await (const entry of everyOf(store.statusEntries, 'certificate', certificate)) {
    if (entry.ended) continue;
    await endStatusEntry(store, entry);
    statusTable.changed();
  }
};

/** Finishes what a crash interrupted: state changes, ended device keys and ended powers. Returns how many it finished. */
export const resumePendingChanges = async (deps: Dependencies): Promise<number> => {
  let finished = 0;
  for await (const certificate of everyOf(deps.store.certificates, 'pendingMark', 'pending')) {
    // Of a closed account only the mark is left, under a key that is gone: nothing of it may stay valid.
    if (!(await getRecord(deps.store, certificate.id))) {
      await endEntriesOf(deps, certificate.id);
      continue;
    }
    await finishStateChange(deps, certificate);
    finished += 1;
  }
  const finish = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error; // another process is finishing it
    }
    finished += 1;
  };
  for await (const key of everyOf(deps.store.deviceKeys, 'endingMark', 'ending'))
    await finish(finishEndingDevice(deps, key));
  for await (const presenter of everyOf(deps.store.presenters, 'state', 'ending'))
    await finish(finishEndingPresenter(deps, presenter));
  for await (const act of everyOf(deps.store.phoneEndings, 'mark', 'ending')) {
    await finishEndingPhones(deps, act);
    finished += 1;
  }
  return finished;
};
