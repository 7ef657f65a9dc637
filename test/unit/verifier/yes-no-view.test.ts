import { beforeAll, describe, expect, it } from '@jest/globals';
import { createReplayMemory, type Trusted, verify, verifyView } from '../../../src/verifier/core/index.ts';
import { createTestProvince, now, revokedIndex, type TestProvince } from './test-province.ts';

describe('ZLB-3 a view that only answers yes or no', () => {
  let province: TestProvince;
  let trusted: Trusted;
  beforeAll(async () => {
    province = await createTestProvince();
    trusted = await province.trustedWith();
  });
  const answering = (values: Record<number, string | boolean>, more: object = {}) =>
    province.showCodeOf({ view: 13, values, ...more });

  it('is green on yes alone, and on a no shows the no and nothing green', async () => {
    expect((await verify(await answering({ 2: true }), trusted, { now })).code).toBe('valid');
    const no = await verify(await answering({ 2: false }), trusted, { now });
    expect(no).toMatchObject({ code: 'answer_no', outcome: 'not_valid', holderProven: true });
    expect(no.fields.map(({ name, value }) => [name, value])).toEqual([['drives_c1', '否 No']]);
  });

  it('shown for somebody else is no other question; without an answer it is no yes', async () => {
    expect((await verify(await answering({ 2: true, 23: '李*' }), trusted, { now })).code).toBe('valid');
    for (const values of [{ 2: false, 23: '李*' }, { 23: '李*' }, {}] as Record<number, string | boolean>[])
      expect((await verify(await answering(values), trusted, { now })).code).toBe('answer_no');
  });

  it('says that it is revoked before it answers, and its no is no less a no the second time', async () => {
    const status = { list: 1, index: revokedIndex };
    expect((await verify(await answering({ 2: false }, { status }), trusted, { now })).code).toBe('revoked');
    const seen = createReplayMemory(() => now);
    const text = await answering({ 2: false });
    for (let i = 0; i < 2; i += 1)
      expect((await verify(text, trusted, { now, seen })).code).toBe('answer_no');
  });

  it('is issued with either answer', async () => {
    const view = await province.viewOf({ view: 13, values: { 2: false } });
    expect((await verifyView(view, trusted, { now })).code).toBe('valid');
  });
});
