import { describe, expect, it } from '@jest/globals';
import { createWaitingActs } from '../../../src/my-account/waiting-act.ts';
import type { Ephemeral } from '../../../src/storage/index.ts';

/** As much of the port as is used here; what it holds can be looked at. */
const memory = () => {
  const kept = new Map<string, string>();
  const ephemeral = {
    set: async (key: string, value: string) => void kept.set(key, value),
    take: async (key: string) => {
      const value = kept.get(key);
      kept.delete(key);
      return value;
    },
  } as unknown as Ephemeral;
  return { kept, ephemeral };
};

describe('an act that waits for a fresh factor', () => {
  it('is read once, by who has the address, and by nobody who has only the store', async () => {
    const { kept, ephemeral } = memory();
    const waiting = createWaitingActs({ ephemeral, secret: new Uint8Array(32).fill(7) });
    const act = { page: 'phone', act: 'take', fields: { phone: '13800139999', password: 'river-north-77' } };
    const state = await waiting.keep(act);
    const seen = JSON.stringify([...kept]);
    for (const hidden of ['13800139999', 'river-north-77', state.slice(4)])
      expect(seen).not.toContain(hidden);
    expect(await waiting.take('act.another')).toBeUndefined();
    const answers = await Promise.all([waiting.take(state), waiting.take(state)]);
    expect(answers.filter(Boolean)).toEqual([act]);
  });

  it('does not open with the secret of another server', async () => {
    const { ephemeral } = memory();
    const state = await createWaitingActs({ ephemeral, secret: new Uint8Array(32) }).keep({
      page: '',
      act: '',
      fields: {},
    });
    const other = createWaitingActs({ ephemeral, secret: new Uint8Array(32).fill(1) });
    await expect(other.take(state)).rejects.toThrow();
  });
});
