import { seconds } from '../clock.ts';
import { type ActContext, appendForEach } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { Conflict, type Versioned } from '../storage/index.ts';
import type { ObjectionDeps } from './dependencies.ts';
import type { Objection } from './objection.ts';

export interface Answer {
  /** correct: the register was put right, and a correction is under way. */
  outcome: 'correct' | 'settle' | 'refuse';
  /** Of a refusal: a code. */
  reason?: string | undefined;
  /** For her to read. */
  text?: string | undefined;
  /** Of a correction: the proposal. */
  decision?: string | undefined;
}

const stateOf = { correct: 'correcting', settle: 'settled', refuse: 'refused' } as const;

/** One answer; whoever comes second is told that it was answered. A correction that came to nothing is answered anew. */
export const answerObjection = async (
  deps: ObjectionDeps,
  objection: Versioned<Objection>,
  answer: Answer & { by: string; context: ActContext },
): Promise<Objection> => {
  const { outcome, reason, text, decision, by, context } = answer;
  try {
    const answered = await deps.store.replace({
      ...objection,
      state: stateOf[outcome],
      answeredAt: seconds(deps.clock),
      answeredBy: by,
      ...(reason === undefined ? {} : { reason }),
      ...(text === undefined ? {} : { answer: text }),
      ...(decision === undefined ? {} : { decision }),
    });
    await appendForEach(deps.audit, [objection.account, objection.holder], {
      action: 'objection.answered',
      ...context,
      object: objection.id,
      result: 'ok',
      details: { outcome, unit: objection.unit, ...(reason ? { reason } : {}) },
    });
    return answered;
  } catch (error) {
    throw error instanceof Conflict ? new ServiceError('conflict') : error;
  }
};
