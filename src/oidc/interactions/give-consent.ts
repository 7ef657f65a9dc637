import type { Request, Response } from 'express';
import type { Account } from '../../accounts/index.ts';
import { requestIdOf } from '../../http/index.ts';
import { consentTextVersion } from '../consents/consents.ts';
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
  if (!step.app.firstParty) {
    await deps.consents.give(account.id, step.app.id, step.asked);
    await deps.audit.append({
      action: 'consent.given',
      actor: `account:${account.id}`,
      subject: account.id,
      object: `client:${step.app.id}`,
      fields: step.asked,
      result: 'ok',
      details: { textVersion: consentTextVersion },
      requestId: requestIdOf(res),
    });
  }
  const grant = new deps.provider.Grant({ accountId: account.id, clientId: step.app.id });
  fillGrant(grant, step.asked, step.details.params.resource, deps.baseUrl);
  for (const detail of requestedDetails(step)) grant.addRar(detail);
  const grantId = await grant.save();
  await finishStep(deps, req, res, step, { consent: { grantId } }, words.leavingTitle);
};
