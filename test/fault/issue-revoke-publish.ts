/**
 * Child of injected-faults.test.ts: opens the store, says so, waits for a line, then issues, revokes and publishes.
 * Each act that was answered is one line; one that failed is named, and the next is tried, as a server would.
 */
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { systemClock } from '../../src/clock.ts';
import {
  citizenNumber,
  context,
  drivingLicenceRow,
  newDeviceKeys,
  openRig,
  person,
  registersOf,
} from '../unit/credentials/issuing-rig.ts';

const [dir] = process.argv.slice(2) as [string];
const number = citizenNumber(1);
const holder = person('anna', number);
const registers = registersOf({ 'driving-licences': [drivingLicenceRow({ key: 'DL1', number })] });
const rig = await openRig({ dir, clock: systemClock, registers });
const { credentials } = rig;
await credentials.resumePendingStateChanges();

const answer = (act: object): void => void writeSync(1, `${JSON.stringify(act)}\n`);
const attempt = async (name: string, act: () => Promise<object>): Promise<void> => {
  try {
    answer(await act());
  } catch {
    answer({ failed: name });
  }
};
const issue = () =>
  attempt('issue', async () => {
    const { copies } = await credentials.issueCopies({
      account: holder,
      type: 'driving_licence',
      format: 'dc+sd-jwt',
      deviceKeys: await newDeviceKeys(1),
      context,
    });
    return { issued: copies[0]!.copy.id, credential: copies[0]!.credential };
  });
const revoke = () =>
  attempt('revoke', async () => {
    const [certificate] = await credentials.list({ holder: holder.id });
    if (!certificate) throw new Error('nothing was recorded');
    await credentials.changeState(certificate.id, '07', 'fault', context);
    return { revoked: certificate.id };
  });
const publish = () =>
  attempt('publish', async () => {
    const { payload } = await credentials.offlinePack();
    for (const list of await credentials.statusLists.numbers())
      for (const rendering of ['token', 'revocation'] as const)
        await credentials.statusLists.publish(list, rendering);
    return { published: payload.number };
  });

await newDeviceKeys(1); // what is loaded at first use is loaded before the faults
answer({ ready: process.pid });
await once(process.stdin, 'data');
await issue();
await revoke();
await publish();
await rig.close({ keep: true });
answer({ finished: true });
process.exit(0);
