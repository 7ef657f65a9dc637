import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { AlreadyExists, Conflict, type Versioned } from '../storage/index.ts';
import { type DeviceKeyDocument, everyOf } from './credential-store.ts';
import type { Dependencies } from './dependencies.ts';
import type { ActContext, Enrolment } from './index.ts';
import { endStatusEntry } from './status/align-status-entry.ts';

/**
 * A key belongs to the holder who first used it, and to nobody else for ever. Claimed before a copy is signed to it;
 * throws invalid_request for another person's key and for one that was ended.
 */
export const claimDeviceKey = async (
  { store, clock }: Dependencies,
  holder: string,
  thumbprint: string,
  enrolment: Enrolment | undefined,
): Promise<void> => {
  try {
    await store.deviceKeys.insert({
      id: thumbprint,
      holder,
      firstUsedAt: seconds(clock),
      ...(enrolment ? { enrolment: enrolment.id, app: enrolment.app } : {}),
    });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    const known = await store.deviceKeys.get(thumbprint);
    if (known?.holder !== holder || known.endedAt !== undefined)
      throw new ServiceError('invalid_request', { detail: 'a device key cannot be used here' });
  }
};

/** Ends one device key. The mark comes first, so that a copy being issued meanwhile sees it and a crash is finished. */
export const endDevice = async (
  deps: Dependencies,
  input: { holder: string; thumbprint: string; context: ActContext },
): Promise<number> => {
  const { store, clock } = deps;
  for (;;) {
    const key = await store.deviceKeys.get(input.thumbprint);
    if (!key || key.holder !== input.holder) throw new ServiceError('not_found');
    if (key.endedAt !== undefined && !key.endingMark) return 0;
    try {
      const ending = await store.deviceKeys.replace({
        ...key,
        endedAt: seconds(clock),
        endedBy: { actor: input.context.actor, requestId: input.context.requestId },
        endingMark: 'ending',
      });
      return await finishEndingDevice(deps, ending);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
};

/** Makes every copy of an ended key invalid, then clears the mark. Returns the number of copies. */
export const finishEndingDevice = async (
  { store, audit, statusTable }: Dependencies,
  key: Versioned<DeviceKeyDocument>,
): Promise<number> => {
  let copies = 0;
  for await (const copy of everyOf(store.copies, 'deviceKey', key.id)) {
    for await (const entry of everyOf(store.statusEntries, 'copy', copy.id))
      await endStatusEntry(store, entry);
    copies += 1;
  }
  statusTable.changed();
  await audit.append({
    action: 'device.ended',
    actor: key.endedBy?.actor ?? 'system',
    subject: key.holder,
    object: key.id,
    result: 'ok',
    details: { copies },
    requestId: key.endedBy?.requestId,
  });
  await store.deviceKeys.replace({ ...key, endingMark: undefined });
  return copies;
};
