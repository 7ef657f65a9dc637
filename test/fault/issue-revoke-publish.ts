/**
 * Child of injected-faults.test.ts: opens the store, says so, waits for a line, then issues, changes states and publishes.
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
const numbers = [1, 3].map((order) => citizenNumber(order));
const registers = registersOf({
  'driving-licences': numbers.map((number, i) => drivingLicenceRow({ key: `DL${i}`, number })),
});
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
const issue = (holder: number, format: 'dc+sd-jwt' | 'onecert-view+cwt') =>
  attempt('issue', async () => {
    const { copies } = await credentials.issueCopies({
      account: person(`w${holder}`, numbers[holder]!),
      type: 'driving_licence',
      format,
      view: format === 'onecert-view+cwt' ? 'standard' : undefined,
      deviceKeys: await newDeviceKeys(1),
      context,
    });
    return { issued: copies[0]!.copy.id, credential: copies[0]!.credential };
  });
const change = (holder: number, to: '02' | '07') =>
  attempt('change', async () => {
    const [certificate] = await credentials.list({ holder: person(`w${holder}`, numbers[holder]!).id });
    if (!certificate) throw new Error('nothing was recorded');
    await credentials.changeState(certificate.id, to, 'fault', context);
    return { changed: certificate.id, to };
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
await issue(0, 'dc+sd-jwt');
await issue(1, 'onecert-view+cwt');
await publish();
await change(0, '02');
await change(1, '07');
await publish();
await rig.close({ keep: true });
answer({ finished: true });
process.exit(0);
