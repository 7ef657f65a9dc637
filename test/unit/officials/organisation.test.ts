import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readDepartments } from '../../../src/credentials/index.ts';
import { coversRegion, OrganisationError, readTree } from '../../../src/officials/index.ts';
import { context, type OfficialsRig, openOfficialsRig, sampleTree } from './officials-rig.ts';

const faultsOf = (yaml: string, issuers: { id: string; creditCode: string }[] = []): readonly string[] => {
  try {
    readTree(yaml, issuers);
  } catch (error) {
    if (error instanceof OrganisationError) return error.faults;
    throw error;
  }
  return [];
};

const unit = (id: string, creditCode: string, region: string, parent?: string): string =>
  `- { id: ${id}, creditCode: ${creditCode}, region: "${region}", name: { zh: 单位, en: Unit }${parent ? `, parent: ${parent}` : ''} }\n`;

const [first, second, third] = readDepartments('config/sample/departments.yaml').map((d) => d.creditCode) as [
  string,
  string,
  string,
];

describe('reading an organisation tree 组织架构', () => {
  it('reads the sample, in which every issuing department stands', async () => {
    const units = readTree(await sampleTree, readDepartments('config/sample/departments.yaml'));
    expect(units.length).toBeGreaterThan(15);
    expect(units.map(({ region }) => region.slice(0, 6))).toEqual(
      expect.arrayContaining(['330300', '330700', '330681', '330683']),
    );
  });

  it('reports every fault at once: check character, region, parent, circle, codes used twice', () => {
    const faults = faultsOf(
      unit('a', first, '330000') +
        unit('b', first, '330300', 'a') +
        unit('c', `${second.slice(0, 17)}${second[17] === '0' ? '1' : '0'}`, '330300') +
        unit('d', second, '339900') +
        unit('e', third, '330300', 'nobody') +
        '- { id: f, creditCode: 7 }\n',
    ).join('\n');
    expect(faults).toContain('b: creditCode: is used twice');
    expect(faults).toMatch(/c: creditCode: must be a credit code/);
    expect(faults).toMatch(/d: region: must be a present region/);
    expect(faults).toMatch(/e: parent: there is no unit nobody/);
    expect(faults).toMatch(/f: name:/);
  });

  it('names a circle once, and a unit outside the region of its parent', () => {
    const circle = faultsOf(unit('a', first, '330300', 'b') + unit('b', second, '330300', 'a'));
    expect(circle.filter((fault) => fault.includes('circle'))).toHaveLength(1);
    expect(faultsOf(unit('a', first, '330300') + unit('b', second, '330700', 'a'))).toEqual([
      'b: region: lies outside the region of its parent a',
    ]);
    expect(faultsOf(unit('a', first, '330300', 'a')).join()).toContain('circle');
  });

  it('says which issuing department is missing or has another credit code', () => {
    const issuers = [
      { id: 'a', creditCode: second },
      { id: 'z', creditCode: third },
    ];
    expect(faultsOf(unit('a', first, '330000'), issuers)).toEqual([
      'a: creditCode: differs from the one in the list of departments',
      'z: this issuing department is not in the tree',
    ]);
  });

  it('refuses what is no list, and broken YAML, without a stack', () => {
    expect(faultsOf('units: 1')).toEqual(['the file must be a list of units']);
    expect(faultsOf('- [')).toHaveLength(1);
  });
});

describe('region scope (GRS-2)', () => {
  it.each([
    ['330000', '330683101', true],
    ['330600', '330683101', true],
    ['330683', '330683101', true],
    ['330683101', '330683101005', true],
    ['330683000', '330683101', true],
    ['330683', '330681101', false],
    ['330683101', '330683102', false],
    ['330683101', '330683', false],
    ['330300', '330700', false],
    ['330100', '331000', false],
    ['331000', '330100', false],
    ['330000', '340000', false],
    ['330000', '', false],
    ['330000', '33', false],
    ['', '330000', false],
    ['000000', '330000', false],
  ])('%s covers %s: %s', (scope, target, covers) => {
    expect(coversRegion(scope, target)).toBe(covers);
  });
});

describe('importing a tree', () => {
  let rig: OfficialsRig;
  beforeAll(async () => {
    rig = await openOfficialsRig();
  });
  afterAll(() => rig.close());

  it('is version 1 at first, and the same file again changes nothing', async () => {
    const again = await rig.officials.tree.import(readTree(await sampleTree), context);
    expect([again.number, again.changed]).toEqual([1, false]);
  });

  it('ends the posts of a unit that is gone, and the sessions with them (ZZD-2)', async () => {
    const clerk = await rig.newOfficial('jinhua-yiwu', ['issuer_clerk']);
    expect(await rig.officials.capacities.of(clerk, [])).toHaveLength(1);
    const without = readTree(await sampleTree).filter(({ id }) => id !== 'jinhua-yiwu');
    const imported = await rig.officials.tree.import(without, context);
    expect([imported.number, imported.changed, imported.endedPosts]).toEqual([2, true, 1]);
    expect(await rig.officials.capacities.of(clerk, [])).toEqual([]);
    expect(rig.endedSessions).toContain(clerk);
  });

  it('gives parallel imports numbers of their own', async () => {
    const base = readTree(await sampleTree);
    const before = (await rig.officials.tree.current()).number;
    const variants = [1, 2, 3, 4].map((n) => base.slice(0, base.length - n));
    const made = await Promise.all(variants.map((units) => rig.officials.tree.import(units, context)));
    expect(new Set(made.map(({ number }) => number)).size).toBe(4);
    expect(Math.max(...made.map(({ number }) => number))).toBe(before + 4);
  });

  it('keeps a unit that has an administrator', async () => {
    await rig.found();
    const without = readTree(await sampleTree).filter(({ id }) => id === 'zj-party');
    await expect(rig.officials.tree.import(without, context)).rejects.toMatchObject({ code: 'conflict' });
  });
});
