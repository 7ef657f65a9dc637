import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { documentKey } from '../../../src/identifiers/index.ts';
import { day, documentOf, type FamiliesRig, openFamiliesRig } from './families-rig.ts';

describe('a guardian’s right (ZLB-5)', () => {
  let rig: FamiliesRig;
  beforeEach(async () => {
    rig = await openFamiliesRig();
  }, 60_000);
  afterEach(() => rig.close());

  it('ends within a day when the register names her no more, and never because it does not answer', async () => {
    const guardian = await rig.person();
    const { account: child } = await rig.child(guardian);
    const links = async () => (await rig.families.of(guardian.id)).acting;
    rig.clock.advance(day);
    await rig.families.settle();
    expect(await links()).toMatchObject([{ state: 'active' }]);

    rig.guardians.set(documentKey(documentOf(child)), [documentOf(await rig.person())]);
    await rig.families.settle();
    // Asked a moment ago.
    expect(await links()).toMatchObject([{ state: 'active' }]);
    rig.clock.advance(day);
    rig.registerDown = true;
    await rig.families.settle();
    expect(await links()).toMatchObject([{ state: 'active' }]);
    rig.registerDown = false;
    await rig.families.settle();
    expect(await links()).toMatchObject([{ state: 'ended', end_reason: 'guardian_not_recorded' }]);
  });
});
