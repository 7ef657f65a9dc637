/** One request to sign in elsewhere, as this phone answers it. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { LocalText } from '../../src/verifier/core/verdict.ts';
import { ProblemError, request } from '../shared/request.ts';
import { currentSession, endSession } from './session.ts';

export interface SignInRequest {
  site: { name: string; host: string };
  place: { kind: 'city' | 'private' | 'unknown'; name: LocalText };
  here: { name: LocalText };
  elsewhere: boolean;
  device: LocalText;
  numbers: number[];
  drawnAt: number;
  until: number;
  needsSignIn: boolean;
}

export type ScanEnd = 'done' | 'refused' | 'mismatch' | 'ended' | 'tooMany' | 'failed';

export interface Scan {
  view: SignInRequest | undefined;
  end: ScanEnd | undefined;
  busy: boolean;
  choose(number: number): void;
  refuse(): void;
  moreTime(): void;
  /** Its time is over, as this phone's clock has it. */
  timeIsOver(): void;
}

const endOf: Record<string, ScanEnd> = {
  scan_ended: 'ended',
  scan_mismatch: 'mismatch',
  too_many_requests: 'tooMany',
};

/** `signedOut`: this phone's own sign-in has ended. */
export const useScan = (id: string, signedOut: () => void): Scan => {
  const [view, setView] = useState<SignInRequest>();
  const [end, setEnd] = useState<ScanEnd>();
  const [busy, setBusy] = useState(false);

  const ask = useCallback(
    <T>(act: string, json: object = {}) =>
      request<T>(`/wallet/api/scans/${encodeURIComponent(id)}/${act}`, {
        method: 'POST',
        token: currentSession()?.accessToken,
        json,
      }),
    [id],
  );
  const ended = useRef(signedOut);
  ended.current = signedOut;
  const run = useCallback(async (work: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      const code = error instanceof ProblemError ? error.code : '';
      if (code === 'unauthenticated') {
        endSession();
        ended.current();
      } else if (code === 'scan_needs_sign_in')
        setView((before) => before && { ...before, needsSignIn: true });
      else setEnd(endOf[code] ?? 'failed');
    } finally {
      setBusy(false);
    }
  }, []);

  useEffect(() => {
    setView(undefined);
    setEnd(undefined);
    void run(async () => setView(await ask<SignInRequest>('look')));
  }, [ask, run]);

  return {
    view,
    end,
    busy,
    choose: (number) =>
      void run(async () => {
        await ask('confirm', { number });
        setEnd('done');
      }),
    refuse: () =>
      void run(async () => {
        await ask('refuse');
        setEnd('refused');
      }),
    moreTime: () =>
      void run(async () => {
        const { until } = await ask<{ until: number }>('more-time');
        setView((before) => before && { ...before, until });
      }),
    timeIsOver: useCallback(() => setEnd((before) => before ?? 'ended'), []),
  };
};
