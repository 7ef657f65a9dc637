import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Proof, proofs, type WayName, wayOf, ways } from '../../../src/accounts/index.ts';
import { missingAfter } from '../../../src/accounts/recovery/matrix.ts';
import { projectDir } from '../../../src/config.ts';

const subsets = Array.from({ length: 2 ** proofs.length }, (_, bits): Proof[] =>
  proofs.filter((_proof, place) => (bits >> place) % 2 === 1),
);
const words: Record<Proof, RegExp> = {
  sms: /text message/,
  recovery_code: /recovery code/,
  totp: /authenticator app/,
  passkey: /passkey/,
  face: /face check/,
};

describe('the matrix of recovery (issue 4.2)', () => {
  it('knows of every combination whether it is enough, in whatever order it was given', () => {
    expect(subsets).toHaveLength(32);
    for (const given of subsets) {
      const has = (proof: Proof) => given.includes(proof);
      // Said again in other words than the table's: a passkey, a paper code beside anything, or the face beside the message.
      const beside = has('sms') || has('totp') || has('face');
      const enough = has('passkey') || (has('recovery_code') && beside) || (has('sms') && has('face'));
      expect([given, wayOf(given) !== undefined]).toEqual([given, enough]);
      expect(wayOf([...given].reverse())).toBe(wayOf(given));
    }
  });

  it('never takes a text message alone, nor beside a code made on the same phone', () => {
    expect([wayOf(['sms']), wayOf(['sms', 'totp']), wayOf(['totp', 'face'])]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(missingAfter(['sms'])).toEqual(['recovery_code', 'passkey', 'face']);
  });

  it('waits where the only proofs are those that can be got by deceiving others', () => {
    const waiting = (Object.keys(ways) as WayName[]).filter((name) => ways[name].waitSeconds > 0);
    expect(waiting).toEqual(['sms_and_face']);
    expect(wayOf(['sms', 'face', 'recovery_code'])).toBe('sms_and_recovery_code');
  });

  it('stands in docs/recovery.md row by row', () => {
    const page = readFileSync(join(projectDir, 'docs/recovery.md'), 'utf8');
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows.map((row) => /`(\w+)`/.exec(row)![1])).toEqual(Object.keys(ways));
    for (const [place, way] of Object.values(ways).entries()) {
      const named = proofs.filter((proof) => words[proof].test(rows[place]!.split('|')[2]!));
      expect([...named].sort()).toEqual([...way.proofs].sort());
      expect(/24 hours/.test(rows[place]!)).toBe(way.waitSeconds > 0);
    }
  });
});
