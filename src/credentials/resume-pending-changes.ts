import { Conflict } from '../storage/index.ts';
import { finishStateChange } from './change-state.ts';
import { everyOf } from './credential-store.ts';
import type { Dependencies } from './dependencies.ts';
import { finishEndingDevice } from './end-device.ts';

/** Finishes what a crash interrupted: state changes and ended device keys. Returns how many it finished. */
export const resumePendingChanges = async (deps: Dependencies): Promise<number> => {
  let finished = 0;
  for await (const certificate of everyOf(deps.store.certificates, 'pendingMark', 'pending')) {
    await finishStateChange(deps, certificate);
    finished += 1;
  }
  for await (const key of everyOf(deps.store.deviceKeys, 'endingMark', 'ending')) {
    try {
      await finishEndingDevice(deps, key);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error; // another process is finishing it
    }
    finished += 1;
  }
  return finished;
};
