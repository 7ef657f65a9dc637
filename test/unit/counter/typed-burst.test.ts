import { describe, expect, it } from '@jest/globals';
import { SteadyCode } from '../../../web/counter/steady-code.ts';
import { createTypedBurst, endsAfterMs, isFromInputMethod } from '../../../web/counter/typed-burst.ts';
import { createTestProvince } from '../verifier/test-province.ts';

const code = `SC1:${'A7 %*+-./:'.repeat(53)}`.slice(0, 531);

const typed = (text: string, msPerKey: number) => {
  const burst = createTypedBurst();
  [...text].forEach((character, index) => {
    burst.type(character, 1000 + index * msPerKey);
  });
  return burst;
};

describe('a scan gun', () => {
  it.each([1, 5, 20])('CTR-1 types 531 characters at %i ms a key, with Enter or without', (ms) => {
    expect(typed(code, ms).end()).toBe(code);
    expect(typed(code, ms).pause()).toBe(code);
  });

  it('is told from a person: what is typed slowly waits for Enter', () => {
    expect(typed('SC1:ABCDEFG', 150).pause()).toBeUndefined();
    expect(typed('SC1:ABCDEFG', 150).end()).toBe('SC1:ABCDEFG');
    expect(typed('SC1:ABCDEFG', 1501).end()).toBeUndefined();
    expect(typed('1234567', 1).end()).toBeUndefined();
  });

  it('is done at once where a code is whole, and is waited for in the middle of one', async () => {
    const province = await createTestProvince();
    const whole = await province.showCodeOf();
    expect(endsAfterMs(whole)).toBeLessThan(100);
    expect(endsAfterMs(whole.toLowerCase())).toBeLessThan(100);
    expect(endsAfterMs(whole.slice(0, -1))).toBeGreaterThan(1000);
    expect(endsAfterMs('https://shop.example/')).toBeLessThan(400);
  });

  it('begins anew after each text and after a second and a half', () => {
    const burst = typed(code, 2);
    burst.type('X', 1000 + code.length * 2 + 1600);
    expect(burst.text()).toBe('X');
    expect(burst.end()).toBeUndefined();
    expect(burst.text()).toBe('');
  });

  it('through a Chinese input method leaves marks no code has; a file may hold Chinese names', () => {
    for (const text of ['是从1：', 'sc1:a。b、', '￥5', '“x', '《'])
      expect(isFromInputMethod(text)).toBe(true);
    expect(isFromInputMethod(code)).toBe(false);
    expect(isFromInputMethod('ＳＣ１：ＡＢ')).toBe(false); // full width: read as what it is
    expect(isFromInputMethod(' {"name":"张三"}')).toBe(false);
  });
});

describe('a code that stays before the camera', () => {
  it('is new once, again after a second and a half out of sight, and not because the clerk went on', () => {
    const held = new SteadyCode();
    expect(held.isNew('a', 0)).toBe(true);
    expect(held.isNew('a', 120)).toBe(false);
    held.lookAgain(20_000);
    expect(held.isNew('a', 20_100)).toBe(false);
    expect(held.isNew('b', 20_200)).toBe(true);
    expect(held.isNew('b', 21_800)).toBe(true);
  });
});
