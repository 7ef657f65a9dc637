import { describe, expect, it } from '@jest/globals';
import { startOfDay } from '../../../src/credentials/certificate-record.ts';
import { readCatalogue } from '../../../src/credentials/index.ts';
import { certificateCard } from '../../../src/wallet/index.ts';
import {
  citizenNumber,
  context,
  drivingLicenceRow,
  openRig,
  person,
  registersOf,
  testClock,
} from '../credentials/issuing-rig.ts';

describe('the card of a certificate', () => {
  it('says lapsed from the very second from which no copy is issued any more', async () => {
    const clock = testClock();
    const account = person('card', citizenNumber(41));
    const row = drivingLicenceRow({ key: 'k', number: account.documentNumber });
    const rig = await openRig({ clock, registers: registersOf({ 'driving-licences': [row] }) });
    const certificate = await rig.credentials.ensureCertificate(account, 'driving_licence', context);
    expect(certificate.validUntil).toBe(startOfDay('2031-06-02'));
    const stateShown = async () => {
      const held = (await rig.credentials.listForHolder(account)).find(
        ({ type }) => type === 'driving_licence',
      );
      return certificateCard(readCatalogue('config/certificates').get('driving_licence'), held!).certificate!
        .state;
    };
    clock.forward(certificate.validUntil! - clock.now() / 1000 - 1);
    expect(await stateShown()).toBe('01');
    clock.forward(1);
    expect(await stateShown()).toBe('05');
    await rig.close();
  });
});
