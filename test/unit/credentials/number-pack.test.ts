import { afterEach, describe, expect, it } from '@jest/globals';
import type { PackDocument } from '../../../src/credentials/credential-store.ts';
import { numberPack } from '../../../src/credentials/offline-pack/number-pack.ts';
import { faultyStorage, openRig, type Rig } from './issuing-rig.ts';

let rig: Rig;
afterEach(() => rig?.close());

const openPacks = async () => {
  const { collection, storageOf } = faultyStorage();
  rig = await openRig({ storageOf });
  return collection<PackDocument>('packs');
};

describe('the number of a pack', () => {
  it('goes up with every change of content and stays without one, also after a restart', async () => {
    const packs = await openPacks();
    let number = numberPack(packs);
    for (let n = 1; n <= 20; n += 1) {
      expect(await number(`content ${n % 3}`)).toBe(n);
      expect(await number(`content ${n % 3}`)).toBe(n);
    }
    number = numberPack(packs);
    expect(await number('content 2')).toBe(20);
    expect(await number('content 0')).toBe(21);
  });

  it('is never given to two contents, however many processes ask at once', async () => {
    const packs = await openPacks();
    const processes = Array.from({ length: 6 }, () => numberPack(packs));
    const given = await Promise.all(
      processes.map(async (number, i) => [await number(`content ${i}`), i] as const),
    );
    for (const [number, content] of given)
      expect((await packs.get(String(number).padStart(12, '0')))?.contentHash).toBe(`content ${content}`);
    expect(new Set(given.map(([number]) => number)).size).toBe(6);
  });
});
