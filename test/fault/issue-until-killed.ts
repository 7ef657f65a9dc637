/** Child of issuing-kill.test.ts: issues and changes states until it is killed, and writes a line for each act it answered. */
import { writeSync } from 'node:fs';
import { systemClock } from '../../src/clock.ts';
import {
  allFormats,
  citizenNumber,
  context,
  drivingLicenceRow,
  newDeviceKeys,
  openRig,
  person,
  registersOf,
} from '../unit/credentials/issuing-rig.ts';

const [dir, round] = process.argv.slice(2) as [string, string];
const numbers = [1, 3, 5].map((order) => citizenNumber(order));
const registers = registersOf({
  'driving-licences': numbers.map((number, i) => drivingLicenceRow({ key: `DL${i}`, number })),
});
const rig = await openRig({ dir, clock: systemClock, registers });
await rig.credentials.resumePendingStateChanges();

const answer = (act: object): void => {
  writeSync(1, `${JSON.stringify(act)}\n`);
};

const issueForever = async (worker: number): Promise<void> => {
  const account = person(`w${worker}`, numbers[worker]!);
  for (let i = 0; ; i += 1) {
    const format = allFormats[i % allFormats.length]!;
    const { copies, certificate } = await rig.credentials.issueCopies({
      account,
      type: 'driving_licence',
      format,
      view: format === 'onecert-view+cwt' ? 'standard' : undefined,
      deviceKeys: await newDeviceKeys(1),
      context,
    });
    for (const { copy, credential } of copies) answer({ issued: copy.id, format, credential });
    if (i % 4 === 3) {
      const to = certificate.state === '01' ? '02' : '01';
      await rig.credentials.changeState(certificate.id, to, `round_${round}`, context);
      answer({ changed: certificate.id });
    }
  }
};

await Promise.all(numbers.map((_, worker) => issueForever(worker)));
