import { describe, expect, it } from '@jest/globals';
import { createPasswordHasher, defaultCost } from '../../../src/accounts/password-hash.ts';
import { passwordFault } from '../../../src/accounts/password-rules.ts';

const own = ['330102199003076111', '13800138001'];

describe('passwords (NIST SP 800-63B §3.1.1.2, security (a) 16)', () => {
  it.each([
    '1234567890',
    '0987654321',
    '19900307199003',
    '8888888888',
    'abcabcabcabc',
    'qwertyuiop',
    '1q2w3e4r5t',
    'Password123!',
    'P@ssw0rd2026',
    'woaini1314520',
    'Zhejiang-2026',
    'ｐａｓｓｗｏｒｄ１２３',
    'zhangwei19900307',
    'iloveyou iloveyou',
    'admin123456',
    'onecert2026!',
    'hangzhou@zhejiang',
  ])('that are guessed among the first are refused: %s', (password) => {
    expect(passwordFault(password, own)).toBe('common');
  });

  it.each(['330102199003076111', 'x330102199003076111', '13800138001', '+86 138 0013 8001', '13900139000'])(
    'that are a number people know are refused: %s',
    (password) => {
      expect(passwordFault(password, own)).toBe('own_number');
    },
  );

  it.each([
    ['123456789', 'too_short'],
    ['湖边小船', 'too_short'],
    ['好'.repeat(257), 'too_long'],
    [`${'好马'.repeat(128)}x`, 'too_long'],
    ['🦆🐸🌊'.repeat(50), 'too_long'],
  ])('have 10 to 256 characters: %.12s…', (password, fault) => {
    expect(passwordFault(password, own)).toBe(fault);
  });

  it.each([
    'lake-west-42-boat',
    '西湖边上有一只小小船',
    'correct horse battery staple',
    'Tq7#vz9!Lm',
    '🦆🐸🦆🐸🌊🚣🌙🍵🍵🎋',
  ])('of any characters are taken: %s', (password) => {
    expect(passwordFault(password, own)).toBeUndefined();
  });

  it('are hashed with argon2id at the cost that is documented', async () => {
    const hasher = createPasswordHasher();
    const hash = await hasher.hash('lake-west-42-boat');
    const { memoryCost, timeCost, parallelism } = defaultCost;
    expect(hash).toMatch(
      new RegExp(
        `^\\$argon2id\\$v=19\\$m=${memoryCost},t=${timeCost},p=${parallelism}\\$[^$]{22,}\\$[^$]{43,}$`,
      ),
    );
    expect(await hasher.hash('lake-west-42-boat')).not.toBe(hash);
    expect(await hasher.verify(hash, 'lake-west-42-boat')).toBe(true);
    expect(hasher.outdated(hash)).toBe(false);
    for (const other of [
      { ...defaultCost, memoryCost: memoryCost + 1024 },
      { ...defaultCost, timeCost: timeCost + 1 },
      { ...defaultCost, parallelism: parallelism + 1 },
    ])
      expect(createPasswordHasher(other).outdated(hash)).toBe(true);
  });
});
