import type { Storage } from '../storage/index.ts';
import { resumeDecisions } from './decide.ts';
import { openDecisions } from './decision-store.ts';
import type { Dependencies } from './dependencies.ts';
import { openResets } from './reset-store.ts';
import { createRegisterWatch, type RegisterWatch } from './watch-registers.ts';

export interface CreateAdminInput extends Omit<Dependencies, 'decisions' | 'resets'> {
  storage: Storage;
}

export interface Admin {
  /** What the routes are given. */
  dependencies: Dependencies;
  /** Carries out decisions that were approved when a crash came between. Call at start. */
  resume(): Promise<number>;
  /** Compares held certificates with their registers and proposes. */
  registerWatch: RegisterWatch;
}

/** Declares its collections: call before `storage.prepare()`. */
export const createAdmin = ({ storage, ...given }: CreateAdminInput): Admin => {
  const dependencies: Dependencies = {
    ...given,
    decisions: openDecisions(storage),
    resets: openResets(storage),
  };
  return {
    dependencies,
    resume: () => resumeDecisions(dependencies),
    registerWatch: createRegisterWatch(dependencies),
  };
};
