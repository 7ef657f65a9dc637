import { useEffect, useState } from 'react';
import type { Judgements } from '../use-judging.ts';
import type { LookAnswer } from './desk.ts';
import { desk } from './use-desk.ts';

/** After each judgement: the queue, and the online look of who is on shift. */
export const useLook = ({ given, correct }: Judgements): LookAnswer | 'asking' | undefined => {
  const [answer, setAnswer] = useState<{ turn: number; is: LookAnswer | 'asking' | undefined }>();
  const turn = given?.turn;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each judgement, whatever becomes of it
  useEffect(() => {
    if (!given || turn === undefined) return;
    const { verdict } = given;
    const { shift, item } = desk.state();
    setAnswer({ turn, is: shift && item ? 'asking' : undefined });
    void desk.judged(given).then((is) => {
      setAnswer((before) => (before?.turn === turn ? { turn, is } : before));
      // Where the two differ the server is right: it knows what happened since the pack was made.
      if (is?.kind === 'look' && (is.look.verdict.outcome !== 'valid' || verdict.outcome !== 'valid'))
        correct(turn, is.look.verdict);
    });
  }, [turn]);
  return answer?.turn === turn ? answer?.is : undefined;
};
