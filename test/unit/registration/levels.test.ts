import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readCatalogue, readDepartments } from '../../../src/credentials/index.ts';
import { readItems } from '../../../src/items/index.ts';
import { claimExists, levelAttributes, levelTable, writeLevels } from '../../../src/registration/index.ts';

const issuers = readDepartments('config/sample/departments.yaml').map(({ id }) => id);
const catalogue = readCatalogue('config/certificates', { issuers });
const items = readItems('config/items', { catalogue, units: new Set(issuers) });

describe('the published table of levels (NET-2)', () => {
  // Changed on purpose? node --import ./scripts/typescript.mjs scripts/write-levels.ts
  it('stands in the docs as the code has it', () => {
    expect(readFileSync('docs/levels-and-attributes.md', 'utf8')).toBe(writeLevels(levelTable(items)));
  });

  it('names every active item once with both numbers', () => {
    const codes = levelTable(items).items.map(({ code }) => code);
    const active = items.all().filter(({ state }) => state === 'active');
    expect(codes).toEqual(active.map(({ code }) => code).sort());
    for (const item of levelTable(items).items) {
      expect([1, 2, 3]).toContain(item.proofing);
      expect([1, 2, 3]).toContain(item.authenticator);
    }
  });

  it('gives a claim from its level up, and one it does not know at none', () => {
    for (const { claim, from } of levelAttributes) {
      expect([1, 2, 3].filter((level) => claimExists(claim, level))).toEqual(
        [1, 2, 3].filter((level) => level >= from),
      );
    }
    expect(claimExists('address', 3)).toBe(false);
    expect([1, 2].map((level) => claimExists('name', level))).toEqual([false, true]);
  });
});
