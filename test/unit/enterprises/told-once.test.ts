import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { act, codeOf, type EnterprisesRig, named, openEnterprisesRig } from './enterprises-rig.ts';

let rig: EnterprisesRig;
beforeEach(async () => {
  rig = await openEnterprisesRig();
});
afterEach(() => rig.close());

describe('an act whose audit entry could not be written', () => {
  it('stands, fails the request, and is told by the periodic job afterwards, once', async () => {
    const [head, manager] = [await rig.person(), await rig.person()];
    const { id } = await rig.company(head);
    const { context } = rig.enterprises;
    context.audit = { ...rig.audit, append: () => Promise.reject(new Error('the audit is gone')) };
    const appoint = rig.enterprises.appointManager(act(head), { enterprise: id, person: named(manager) });
    expect(await codeOf(appoint)).toBe('Error: the audit is gone');
    context.audit = rig.audit;
    const entries = async () =>
      (await rig.audit.about(manager.id)).filter(({ action }) => action === 'enterprise.manager_appointed');
    expect(await entries()).toHaveLength(0);
    // Young events belong to the act that is still running.
    expect((await rig.enterprises.reconcileWithRegister()).eventsTold).toBe(0);
    rig.clock.advance(31);
    expect((await rig.enterprises.reconcileWithRegister()).eventsTold).toBe(1);
    expect((await rig.enterprises.reconcileWithRegister()).eventsTold).toBe(0);
    expect(await entries()).toHaveLength(1);
    expect(await rig.enterprises.myNotices(act(manager))).toHaveLength(1);
  });
});
