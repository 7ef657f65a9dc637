import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jsonOf, type OwnServer, ownServer } from './own-server.ts';

describe('onecert counters', () => {
  let own: OwnServer;
  beforeAll(async () => {
    own = await ownServer();
    await own.server.start();
  }, 60_000);
  afterAll(() => own.remove());
  const onecert = (...args: string[]) => own.server.onecert('counters', ...args);

  it('enters a counter with a code, lists it and revokes it, beside the running server', async () => {
    const made = jsonOf<{ counter: { id: string }; code: string }>(
      await onecert('enrol', '3号窗口', '--unit', 'zj-police', '--item', 'driving-licence-renewal', '--json'),
    );
    expect(made.code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    const list = async () => jsonOf<{ id: string; state: string }[]>(await onecert('list', '--json'));
    expect((await list()).map(({ id, state }) => [id, state])).toEqual([[made.counter.id, 'waiting']]);
    const { exitCode, stdout } = await onecert('revoke', made.counter.id, '--reason', 'counter_closed');
    expect([exitCode, stdout.trim()]).toEqual([0, `${made.counter.id}: revoked`]);
    expect((await list())[0]!.state).toBe('revoked');
  });

  it('says what is wrong with a call: exit 2 for wrong use, 1 for what is not there', async () => {
    expect((await onecert('enrol', 'x', '--unit', 'zj-police')).exitCode).toBe(2);
    expect(
      (await onecert('enrol', 'x', '--unit', 'zj-police', '--item', 'a-b', '--days', '0')).exitCode,
    ).toBe(2);
    expect((await onecert('revoke', 'ct_AAAAAAAAAAAAAAAAAAAAAA', '--reason', 'whim')).exitCode).toBe(2);
    expect((await onecert('revoke', 'ct_AAAAAAAAAAAAAAAAAAAAAA')).exitCode).toBe(1);
    const other = await onecert('enrol', 'x', '--unit', 'zj-police', '--item', 'food-business-permit');
    expect([other.exitCode, other.stderr.includes('food-business-permit')]).toEqual([1, true]);
  });
});
