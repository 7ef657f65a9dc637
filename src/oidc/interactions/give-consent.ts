import type { Request, Response } from 'express';
import type { Account } from '../../accounts/index.ts';
import { ServiceError } from '../../errors.ts';
import { requestIdOf } from '../../http/index.ts';
import { entityKeyOf } from '../capacities/acting.ts';
import { fillGrant } from '../grants.ts';
import { words } from '../pages/words.ts';
import { finishStep, type InteractionDeps, type Step } from './interaction.ts';

const requestedDetails = (step: Step): { type: string }[] => {
  const { rar } = step.details.prompt.details as { rar?: unknown };
  return Array.isArray(rar) ? (rar as { type: string }[]) : [];
};

/** Keeps the consent, records it, and lets the authorization go on with a grant of exactly what was asked. */
export const giveConsent = async (
  deps: InteractionDeps,
  req: Request,
  res: Response,
  step: Step,
  account: Account,
): Promise<void> => {
  const capacity = await deps.acting.live(account.id, step.capacity, step.asked);
  if (capacity === undefined) throw new ServiceError('forbidden');
  if (!step.app.firstParty) {
    const by = { account: account.id, client: step.app.id, entity: entityKeyOf(capacity) };
    await deps.consents.give(by, step.asked);
    await deps.audit.append({
      action: 'consent.given',
      actor: `account:${account.id}`,
      subject: account.id,
      object: `client:${step.app.id}`,
      fields: step.asked,
      result: 'ok',
      requestId: requestIdOf(res),
    });
  }
  const grant = new deps.provider.Grant({ accountId: account.id, clientId: step.app.id });
  fillGrant(grant, capacity, step.asked, step.details.params.resource, deps.baseUrl);
  for (const detail of requestedDetails(step)) grant.addRar(detail);
  const grantId = await grant.save();
  await finishStep(deps, req, res, step, { consent: { grantId } }, words.leavingTitle);
};
