import type { Accounts } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Storage } from '../storage/index.ts';
import {
  approveProposal,
  declineProposal,
  listProposals,
  proposeAppointment,
  proposeEnding,
  resumeProposals,
} from './administrators.ts';
import { appointOfficial } from './appoint-official.ts';
import { createOfficeCapacities } from './capacities.ts';
import type { Dependencies } from './dependencies.ts';
import { endPost, leaveOffice, moveOfficial } from './end-posts.ts';
import { foundAdministrators } from './found-administrators.ts';
import type { Officials } from './index.ts';
import { listPosts } from './list-posts.ts';
import { mayAct } from './may-act.ts';
import { openOfficialsStore } from './officials-store.ts';
import { createTreeReader, importTree } from './organisation-tree.ts';
import { createRequireRole } from './require-role.ts';
import { makeStartLink, spendStartLink, startPasskey } from './start-links.ts';

/** Facts of the store, for who looks whether an instance is complete without preparing its collections. */
export const treeFact = 'organisation-tree';
export const administratorsFact = 'administrators';
/** How many of the first administrators have started. */
export const startedFact = 'administrators-started';

export interface OfficialsDependencies {
  storage: Storage;
  accounts: Pick<Accounts, 'get' | 'authenticators'>;
  audit: Audit;
  clock: Clock;
  /** Ends what a person has open in her office capacity. What is still open ends by `capacities.live` anyway. */
  endOfficeSessions?(accountId: string): Promise<void>;
}

/** Wires the use cases. Declares its collections: call before `storage.prepare()`, use after it. */
export const createOfficials = (given: OfficialsDependencies): Officials => {
  const { storage, accounts, audit, clock, endOfficeSessions = async () => undefined } = given;
  const store = openOfficialsStore(storage);
  const reader = createTreeReader(store, clock);
  const deps: Dependencies = {
    store,
    accounts,
    audit,
    clock,
    organisation: () => reader.current(),
    endOfficeSessions,
  };
  const capacities = createOfficeCapacities(deps);
  return {
    tree: {
      current: () => reader.current(),
      async import(units, context) {
        const reread = () => reader.current({ fresh: true });
        const imported = await importTree({ ...deps, reread }, units, context);
        await storage.facts.set(treeFact, String(imported.number));
        return imported;
      },
    },
    posts: {
      of: async (account) => (await store.officials.get(account))?.posts ?? [],
      list: (filter) => listPosts(deps, filter),
      appoint: (input) => appointOfficial(deps, input),
      end: (input) => endPost(deps, input),
      move: (input) => moveOfficial(deps, input),
      leave: (input) => leaveOffice(deps, input),
    },
    administrators: {
      proposeAppointment: (input) => proposeAppointment(deps, input),
      proposeEnding: (input) => proposeEnding(deps, input),
      approve: (input) => approveProposal(deps, input),
      decline: (input) => declineProposal(deps, input),
      list: () => listProposals(deps),
      resume: () => resumeProposals(deps),
      async found(input) {
        const founders = await foundAdministrators(deps, input);
        await storage.facts.set(administratorsFact, String(founders.length));
        return founders;
      },
    },
    startLinks: {
      make: (account) => makeStartLink(deps, account),
      passkey: (input) => startPasskey({ ...deps, passkeys: accounts.authenticators }, input),
      async use(input) {
        const { started } = await spendStartLink({ ...deps, passkeys: accounts.authenticators }, input);
        await storage.facts.set(startedFact, String(started.length));
      },
    },
    capacities,
    requireRole: createRequireRole(capacities),
    mayAct: async (capacity, role, target) => mayAct(await deps.organisation(), capacity, role, target),
  };
};
