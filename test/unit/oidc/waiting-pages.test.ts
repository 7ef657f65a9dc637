import { describe, expect, it } from '@jest/globals';
import type { ScanState } from '../../../src/oidc/scan/scan-store.ts';
import { createWaitingPages } from '../../../src/oidc/scan/waiting-pages.ts';

const nobody = (): void => undefined;

describe('pages that wait for a phone', () => {
  const states = new Map<string, ScanState>();
  const open = () => createWaitingPages(async (page) => states.get(page) ?? 'ended');

  it('are answered at once when there is news already', async () => {
    expect(await open().wait('none', 'waiting', nobody)).toBe('ended');
  });

  it('hold nothing open for a page that has ended or never was (security (c) 40)', async () => {
    let asked = 0;
    const pages = createWaitingPages(async () => {
      asked += 1;
      return 'ended';
    });
    expect([await pages.wait('made up', 'ended', nobody), asked]).toEqual(['ended', 1]);
  });

  it('are woken by what happens in this process, and seen to by themselves when it happened in another', async () => {
    const pages = open();
    states.set('here', 'waiting').set('there', 'waiting');
    const here = pages.wait('here', 'waiting', nobody);
    const there = pages.wait('there', 'waiting', nobody);
    states.set('here', 'seen').set('there', 'seen');
    pages.ring('here');
    expect(await Promise.race([here, there.then(() => 'the other')])).toBe('seen');
    expect(await there).toBe('seen');
  });

  it('miss no change that comes while the store is being read', async () => {
    let answer: (state: ScanState) => void = nobody;
    let asked = 0;
    const pages = createWaitingPages(() => {
      asked += 1;
      return asked === 1 ? new Promise((resolve) => (answer = resolve)) : Promise.resolve('seen');
    });
    const waiting = pages.wait('page', 'waiting', nobody);
    pages.ring('page');
    answer('waiting');
    expect(await waiting).toBe('seen');
    expect(asked).toBe(2);
  });

  it('hold one request a page, let go of a browser that left, and of all when the server stops', async () => {
    const pages = open();
    states.set('page', 'waiting').set('left', 'waiting');
    const older = pages.wait('page', 'waiting', nobody);
    const newer = pages.wait('page', 'waiting', nobody);
    expect(await older).toBe('waiting');
    let leave = nobody;
    const left = pages.wait('left', 'waiting', (end) => {
      leave = end;
    });
    leave();
    expect(await left).toBe('waiting');
    pages.stop();
    expect(await newer).toBe('waiting');
    expect(await pages.wait('page', 'waiting', nobody)).toBe('waiting');
  });
});
