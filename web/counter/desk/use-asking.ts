import { useCallback, useEffect, useRef, useState } from 'react';
import { ProblemError, UnreachableError } from '../../shared/request.ts';
import { ShiftNeededError } from './desk.ts';
import { desk } from './use-desk.ts';

export type Trouble = 'unreachable' | 'pin' | ProblemError;

export interface Asking {
  busy: boolean;
  trouble: Trouble | undefined;
  /** Undefined when it did not come about: `trouble` says why. */
  run<T>(act: () => Promise<T>): Promise<T | undefined>;
  clear(): void;
}

/** One question to the server at a time, and why it was not answered. */
export const useAsking = (): Asking => {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const left = useRef(false);
  useEffect(() => {
    left.current = false;
    return () => {
      left.current = true;
    };
  }, []);
  const run = useCallback(async <T>(act: () => Promise<T>): Promise<T | undefined> => {
    setBusy(true);
    setTrouble(undefined);
    try {
      const answer = await act();
      // Who has left the page does not see it any more.
      return left.current ? undefined : answer;
    } catch (error) {
      if (error instanceof UnreachableError) setTrouble('unreachable');
      else if (error instanceof ShiftNeededError) setTrouble('pin');
      else if (error instanceof ProblemError) {
        setTrouble(error);
        if (error.code === 'counter_stopped') void desk.sync();
      } else throw error;
      return undefined;
    } finally {
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setTrouble(undefined), []);
  return { busy, trouble, run, clear };
};
