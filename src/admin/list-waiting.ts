/** The work list of a unit: what its clerks proposed and what people applied for, oldest first. */
import { maskName } from '../identifiers/index.ts';
import { listDecisions } from './decide.ts';
import { listApplications } from './decide-application.ts';
import { shownDecision } from './decision-store.ts';
import type { Acting, Dependencies } from './dependencies.ts';

/** Each says whether the reader proposed it or was the first to agree, and who did: her name masked. */
export const listWaiting = async (deps: Dependencies, input: Acting) => {
  const { accountId } = input.official;
  const changes = (await listDecisions(deps, input)).map(shownDecision);
  const waiting = [...changes, ...(await listApplications(deps, input))];
  return Promise.all(
    waiting
      .sort((a, b) => a.proposedAt - b.proposedAt)
      .map(async (one) => {
        const proposer = await deps.accounts.get(one.proposedBy);
        return {
          ...one,
          own: one.proposedBy === accountId || ('firstBy' in one && one.firstBy === accountId),
          ...(proposer ? { proposer: maskName(proposer.name) } : {}),
        };
      }),
  );
};
