import { describe, expect, it } from '@jest/globals';
import { looksPersonal } from '../../../src/oidc/personal-login-hint.ts';

describe('a login_hint in a URL', () => {
  it.each([
    '13800138000',
    '+86 138-0013-8000',
    '8613800138000',
    '１３８００１３８０００',
    '330102199003076111',
    '33010219900307611x',
    'H12345678',
    '330102 19900307 6112',
  ])('is personal: %s', (hint) => expect(looksPersonal(hint)).toBe(true));

  it.each(['someone', 'user-42', 'a@example.test', '12345'])('is not: %s', (hint) =>
    expect(looksPersonal(hint)).toBe(false),
  );
});
