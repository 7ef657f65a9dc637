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

const content = (contentHash: string) => async () => ({ contentHash });

describe('the number of a pack', () => {
  it('goes up with every change of content and stays without one, also after a restart', async () => {
    const packs = await openPacks();
    let number = numberPack(packs);
    for (let n = 1; n <= 20; n += 1) {
      expect((await number(content(`content ${n % 3}`))).number).toBe(n);
      expect((await number(content(`content ${n % 3}`))).number).toBe(n);
    }
    number = numberPack(packs);
    expect((await number(content('content 2'))).number).toBe(20);
    expect((await number(content('content 0'))).number).toBe(21);
  });

  it('is never given to two contents, however many processes ask at once', async () => {
    const packs = await openPacks();
    const processes = Array.from({ length: 6 }, () => numberPack(packs));
    const given = await Promise.all(processes.map((number, i) => number(content(`content ${i}`))));
    for (const { number, contentHash } of given)
      expect((await packs.get(String(number).padStart(12, '0')))?.contentHash).toBe(contentHash);
    expect(new Set(given.map(({ number }) => number)).size).toBe(6);
  });

  it('never goes to what was gathered before the content with the number below it', async () => {
    const packs = await openPacks();
    const [slow, fast] = [numberPack(packs), numberPack(packs)];
    let state = 'before the revocation';
    let gathered = 0;
    const given = await slow(async () => {
      const contentHash = state;
      gathered += 1;
      if (gathered === 1) {
        state = 'revoked';
        await fast(content(state));
      }
      return { contentHash };
    });
    expect(given).toEqual({ contentHash: 'revoked', number: 1 });
    expect(await fast(content(state))).toEqual({ contentHash: 'revoked', number: 1 });
  });
});
