import { beforeAll, describe, expect, it } from '@jest/globals';
import { createReplayMemory, openPack } from '../../../src/verifier/core/index.ts';
import { type Judging, judge, tidyScan } from '../../../web/counter/judge.ts';
import { createTestProvince, day, now, revokedIndex, type TestProvince } from '../verifier/test-province.ts';

describe('a judgement at the counter', () => {
  let province: TestProvince;
  let opened: Judging['opened'];
  const at = (more: Partial<Judging> = {}): Judging => ({
    opened,
    seen: createReplayMemory(() => now),
    firstCode: undefined,
    now,
    serverOffset: 0,
    origin: 'https://zj.example',
    ...more,
  });

  beforeAll(async () => {
    province = await createTestProvince();
    opened = await openPack(await province.packOf(), { root: province.keys.root.publicJwk, now });
  });

  const code = (iat = now, more: object = {}) => province.showCodeOf(more, { iat });

  it('is valid for a fresh code, also typed with the shift lock on or in full-width letters', async () => {
    const text = await code();
    const full = [...text]
      .map((one) => (one === ' ' ? '\u3000' : String.fromCharCode(one.charCodeAt(0) + 0xfee0)))
      .join('');
    for (const given of [text, text.toLowerCase(), full, `\uFEFF ${text}\r\n`])
      expect((await judge(given, at())).code).toBe('valid');
    expect(tidyScan('{"a":"Ａ"}')).toBe('{"a":"Ａ"}');
  });

  it('names a foreign code before it has any pack', async () => {
    const found = await judge('https://shop.example/x', at({ opened: undefined }));
    expect(found).toMatchObject({ code: 'malformed', outcome: 'not_valid' });
    expect(found.sentence.zh).toContain('网页链接（shop.example）');
    expect((await judge(await code(), at({ opened: undefined }))).code).toBe('pack_invalid');
  });

  it.each([
    ['a day ahead', day, '快约24小时', '24 h ahead of'],
    ['a day behind', -day, '慢约24小时', '24 h behind'],
  ])(
    'says that this device’s clock is %s when the server said so, and judges by no guess',
    async (_, off, zh, en) => {
      // The phone's clock is right: its code is made at `now`; this device reads now + off.
      const found = await judge(await code(), at({ now: now + off, serverOffset: -off }));
      expect(found).toMatchObject({ code: 'clock_wrong', outcome: 'check' });
      expect(found.advice.zh).toContain(zh);
      expect(found.advice.en).toContain(en);
      const agreeing = await judge(await code(now + off), at({ now: now + off, serverOffset: -off }));
      expect([agreeing.code, agreeing.outcome]).toEqual(['clock_wrong', 'check']);
    },
  );

  it('turns a careful view green on this counter’s nonce, or on a second code, and never on another’s nonce', async () => {
    const nonce = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const cti = Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9);
    const careful = (proof: { iat: number; nonce?: Uint8Array }) =>
      province.showCodeOf({ view: 12, cti, values: { 2: '张三', 3: true } }, proof);
    const first = await judge(await careful({ iat: now }), at());
    expect(first.code).toBe('careful_second_code');
    const pending = { nonce, firstCode: first.firstCode };
    expect((await judge(await careful({ iat: now, nonce }), at(pending))).code).toBe('valid');
    expect((await judge(await careful({ iat: now + 1 }), at({ ...pending, now: now + 1 }))).code).toBe(
      'valid',
    );
    const others = Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1);
    expect((await judge(await careful({ iat: now + 1, nonce: others }), at(pending))).code).toBe('replayed');
    // A picture of the first code, forwarded at 20 s, is not green here.
    expect((await judge(await careful({ iat: now }), at({ ...pending, now: now + 20 }))).code).toBe(
      'careful_second_code',
    );
    // The next person's plain code is judged as ever while the nonce stands.
    expect((await judge(await code(), at(pending))).code).toBe('valid');
  });

  it('calls a forgery and a revoked certificate so whatever the clock says', async () => {
    const wrong = { serverOffset: 4000 };
    const revoked = await code(now, { status: { list: 1, index: revokedIndex } });
    expect((await judge(revoked, at(wrong))).code).toBe('revoked');
    const text = await code();
    const bent = `${text.slice(0, 300)}${text[300] === 'A' ? 'B' : 'A'}${text.slice(301)}`;
    expect((await judge(bent, at(wrong))).outcome).toBe('not_valid');
  });

  it('a clock never compared that is a day ahead offline: says both, an old picture or this clock', async () => {
    const found = await judge(await code(), at({ now: now + day / 2 }));
    expect(found.code).toBe('code_expired');
    expect(found.advice.zh).toContain('12小时前');
    expect(found.advice.zh).toContain('本机时间不对');
    const old = await judge(await code(now - 61), at());
    expect(old.advice.zh).not.toContain('本机时间');
  });

  it('a clock a day behind the pack judges nothing', async () => {
    const behind = await openPack(await province.packOf(), {
      root: province.keys.root.publicJwk,
      now: now - day,
    });
    expect((await judge(await code(), at({ opened: behind, now: now - day }))).code).toBe('clock_wrong');
  });
});
