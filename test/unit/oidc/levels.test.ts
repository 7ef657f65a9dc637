import { describe, expect, it } from '@jest/globals';
import type { SignInMethod } from '../../../src/accounts/index.ts';
import {
  acrValues,
  amrOf,
  answeredAcr,
  isMet,
  isReachable,
  methodsOf,
  parseAcr,
  strengthOf,
  toAcr,
  wantedStrength,
} from '../../../src/oidc/levels.ts';

const acr = (p: number, a: number) => toAcr({ proofing: p, authenticator: a });
const wished = (...values: string[]) => ({ values, essential: false });
const needed = (...values: string[]) => ({ values, essential: true });

describe('levels of assurance', () => {
  it('are nine values, each read back as it was written', () => {
    expect(acrValues).toHaveLength(9);
    for (const value of acrValues) expect(toAcr(parseAcr(value)!)).toBe(value);
  });

  it.each([
    'urn:onecert:acr:p0a1',
    'urn:onecert:acr:p4a1',
    'urn:onecert:acr:p1a1 ',
    'URN:onecert:acr:p1a1',
    '',
    undefined,
  ])('do not know %j', (value) => expect(parseAcr(value)).toBeUndefined());

  it('are met when both numbers reach any listed value', () => {
    expect(isMet(wished(acr(2, 1)), acr(3, 1))).toBe(true);
    expect(isMet(wished(acr(1, 2)), acr(3, 1))).toBe(false);
    expect(isMet(wished(acr(3, 3), acr(1, 1)), acr(1, 1))).toBe(true);
    expect(isMet(needed(acr(3, 1)), acr(2, 1))).toBe(false);
    expect(isMet(needed(acr(1, 1)), undefined)).toBe(false);
    expect(isMet(undefined, undefined)).toBe(true);
  });

  it('ask for nothing by values of other systems, unless these are essential', () => {
    expect(isMet(wished('urn:mace:silver'), acr(1, 1))).toBe(true);
    expect(isMet(needed('urn:mace:silver'), acr(3, 1))).toBe(false);
    expect(isReachable(needed('urn:mace:silver'))).toBe(false);
  });

  it('ask of a person the least authenticator strength that meets any value her proofing reaches', () => {
    expect(wantedStrength(wished(acr(1, 2), acr(1, 3)), 2)).toBe(2);
    expect(wantedStrength(wished(acr(1, 3), acr(3, 1)), 2)).toBe(3);
    expect(wantedStrength(needed(acr(3, 1)), 2)).toBeUndefined();
    expect(wantedStrength(wished('urn:mace:silver'), 1)).toBe(0);
    expect(wantedStrength(undefined, 1)).toBe(0);
  });

  it.each<[SignInMethod[], number, string[]]>([
    [[], 0, []],
    [['pwd'], 1, ['pwd']],
    [['sms'], 1, ['sms']],
    [['otp'], 0, ['otp']],
    [['sms', 'otp'], 1, ['sms', 'otp']],
    [['otp', 'pwd'], 2, ['pwd', 'otp', 'mfa']],
    [['sms', 'pwd'], 2, ['pwd', 'sms', 'mfa']],
    [['passkey'], 3, ['pop', 'user', 'mfa']],
    [['passkey', 'pwd'], 3, ['pwd', 'pop', 'user', 'mfa']],
  ])('make of %j the strength %i and the amr %j, and read the methods back', (methods, strength, amr) => {
    expect(strengthOf(methods)).toBe(strength);
    expect(amrOf(methods)).toEqual(amr);
    expect(new Set(methodsOf(amr))).toEqual(new Set(methods));
  });

  it('answer the strongest requested value that is met, else the session’s own', () => {
    expect(answeredAcr(wished(acr(1, 1), acr(2, 1), acr(3, 1)), acr(2, 1))).toBe(acr(2, 1));
    expect(answeredAcr(wished(acr(1, 1)), acr(3, 1))).toBe(acr(1, 1));
    expect(answeredAcr(wished('urn:mace:silver'), acr(3, 1))).toBe(acr(3, 1));
    expect(answeredAcr(undefined, acr(2, 1))).toBe(acr(2, 1));
  });
});
