import { createAnnotatedCopyDesk, type DeskDeps } from '../annotated-copies/index.ts';
import type { Storage } from '../storage/index.ts';
import { openOnce } from './answer-once.ts';
import { resumeDecisions } from './decide.ts';
import { openDecisions } from './decision-store.ts';
import type { Dependencies } from './dependencies.ts';
import { type IntakeHistory, openIntakeHistory } from './intake-history.ts';
import { resumeBatches } from './issue-batches.ts';
import { openResets } from './reset-store.ts';
import { createRegisterWatch, type RegisterWatch } from './watch-registers.ts';

export interface CreateAdminInput
  extends Omit<Dependencies, 'annotatedCopies' | 'decisions' | 'intakeHistory' | 'once' | 'resets'>,
    Pick<DeskDeps, 'baseUrl' | 'cases' | 'items'> {
  storage: Storage;
}

export interface Admin {
  /** What the routes are given. */
  dependencies: Dependencies;
  /** Carries out decisions that were approved when a crash came between, and goes on with batches. Call at start. */
  resume(): Promise<number>;
  /** Compares held certificates with their registers and proposes. */
  registerWatch: RegisterWatch;
  /** The counts of intake by day. */
  intakeHistory: IntakeHistory;
}

/** Declares its collections: call before `storage.prepare()`. */
export const createAdmin = ({ storage, baseUrl, cases, items, ...given }: CreateAdminInput): Admin => {
  const dependencies: Dependencies = {
    ...given,
    annotatedCopies: createAnnotatedCopyDesk({
      ...given,
      baseUrl,
      cases,
      items,
      ephemeral: storage.ephemeral,
    }),
    decisions: openDecisions(storage),
    intakeHistory: openIntakeHistory({ ...given, storage }),
    once: openOnce(storage),
    resets: openResets(storage),
  };
  return {
    dependencies,
    async resume() {
      await resumeBatches(dependencies);
      return resumeDecisions(dependencies);
    },
    registerWatch: createRegisterWatch(dependencies),
    intakeHistory: dependencies.intakeHistory,
  };
};
