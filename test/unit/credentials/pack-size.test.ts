import { beforeAll, describe, expect, it } from '@jest/globals';
import { applyDelta } from '../../../src/verifier/core/index.ts';
import { now } from '../verifier/test-province.ts';
import { makeSizedPack } from './sized-pack.ts';

describe('CTR-2 the pack of a province with 1,000,000 entries, 1 % revoked, 120 keys and all its types', () => {
  let sized: Awaited<ReturnType<typeof makeSizedPack>>;
  beforeAll(async () => {
    sized = await makeSizedPack();
  }, 60_000);

  it('is at most 60 KB on the wire, and a delta of 500 changes at most 2 KB', () => {
    const { sizes } = sized;
    expect(sizes['pack, taken apart (GET /pack/delta?from=0)'].gzip).toBeLessThanOrEqual(60_000);
    expect(sizes["a day's delta, 500 changes"].gzip).toBeLessThanOrEqual(2_000);
  });

  it('arrives: the whole from nothing, the next day by its delta', async () => {
    const { province, texts, yesterday, today } = sized;
    const options = { root: province.keys.root.publicJwk, now };
    expect(await applyDelta(texts.whole, undefined, options)).toMatchObject({ jws: today.jws });
    const opened = await applyDelta(texts.day, yesterday.jws, options);
    expect(opened).toMatchObject({ jws: today.jws, trusted: { keys: { length: 120 } } });
  });
});
