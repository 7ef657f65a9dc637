/** What was scanned and what was said to it: one judgement at a time, and the same answer to the same code. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ReplayMemory, Verdict } from '../../src/verifier/core/index.ts';
import { deviceSeconds, serverOffset } from '../shared/server-time.ts';
import { judge } from './judge.ts';
import { loadReplayMemory } from './replay-store.ts';
import { playVerdict } from './sound.ts';
import { SteadyCode } from './steady-code.ts';
import type { Opened } from './trust-store.ts';

export interface Given {
  verdict: Verdict;
  /** Unix seconds. */
  at: number;
  /** What was scanned; a number of its own for each judgement. */
  text: string;
  turn: number;
  /** What the phone may scan now, of a careful view; and what it had scanned for this judgement. */
  nonce?: Uint8Array | undefined;
  shownNonce?: Uint8Array | undefined;
}

export interface Judgements {
  given: Given | undefined;
  busy: boolean;
  onText(text: string): void;
  /** From the camera. */
  onSeen(text: string): void;
  next(): void;
  /** The server knows more: its verdict takes the place of this one, if it is still on the screen. */
  correct(turn: number, verdict: Verdict): void;
}

/** A gun's double trigger, a clerk who scans once more to be sure: the same counter says the same again. Seconds. */
const sameAnswerSeconds = 10;
/** As long as a second code may take (docs/show-code.md §6). Seconds. */
const nonceSeconds = 180;

export const useJudging = (opened: Opened | undefined): Judgements => {
  const [given, setGiven] = useState<Given>();
  const [busy, setBusy] = useState(false);
  const seen = useRef<Promise<ReplayMemory>>(undefined);
  const firstCode = useRef<Verdict['firstCode']>(undefined);
  const nonce = useRef<{ bytes: Uint8Array; until: number }>(undefined);
  const accepted = useRef<Given>(undefined);
  const held = useRef(new SteadyCode());
  const judging = useRef(false);
  const turn = useRef(0);

  useEffect(() => {
    seen.current ??= loadReplayMemory();
  }, []);

  const onText = useCallback(
    async (text: string) => {
      // The camera goes on reading the same code while the first reading is being judged.
      if (judging.current) return;
      judging.current = true;
      setBusy(true);
      const now = deviceSeconds();
      try {
        const again = accepted.current;
        const age = now - (again?.at ?? 0);
        if (again && again.text === text.trim() && age >= 0 && age <= sameAnswerSeconds) {
          playVerdict(again.verdict.outcome);
          return setGiven(again);
        }
        seen.current ??= loadReplayMemory();
        const shownNonce = nonce.current && nonce.current.until > now ? nonce.current.bytes : undefined;
        const verdict = await judge(text, {
          nonce: shownNonce,
          opened,
          seen: await seen.current,
          firstCode: firstCode.current,
          now,
          serverOffset: serverOffset(),
          origin: location.origin,
        });
        firstCode.current = verdict.firstCode;
        turn.current += 1;
        if (verdict.code !== 'careful_second_code') nonce.current = undefined;
        else if (!shownNonce)
          nonce.current = { bytes: crypto.getRandomValues(new Uint8Array(8)), until: now + nonceSeconds };
        const judged = {
          verdict,
          at: now,
          text: text.trim(),
          turn: turn.current,
          nonce: nonce.current?.bytes,
          shownNonce,
        };
        accepted.current = verdict.code === 'valid' ? judged : undefined;
        setGiven(judged);
        // The words come first: opening the sound takes a slow device longer than drawing them.
        setTimeout(playVerdict, 0, verdict.outcome);
      } finally {
        judging.current = false;
        setBusy(false);
      }
    },
    [opened],
  );
  const onSeen = useCallback(
    (text: string) => {
      if (held.current.isNew(text, performance.now())) void onText(text);
    },
    [onText],
  );
  const next = useCallback(() => {
    held.current.lookAgain(performance.now());
    setGiven(undefined);
  }, []);
  const correct = useCallback((of: number, verdict: Verdict) => {
    if (turn.current !== of) return;
    if (verdict.code !== 'valid' && accepted.current?.turn === of) accepted.current = undefined;
    setGiven((before) => {
      if (before?.turn !== of) return before;
      if (before.verdict.outcome !== verdict.outcome) playVerdict(verdict.outcome);
      return { ...before, verdict };
    });
  }, []);
  return { given, busy, onText, onSeen, next, correct };
};
