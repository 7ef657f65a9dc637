/** Secrets of a listed app: shown once, two at a time. What is kept stands in the login's registry. */
import { ServiceError } from '../../errors.ts';
import type { Act, AppRecordDeps } from './dependencies.ts';
import { ownRecord } from './record-act.ts';

const clientOfOwn = async (deps: AppRecordDeps, act: Act, id: string): Promise<string> => {
  const { clientId, state } = await ownRecord(deps, act, id);
  if (clientId === undefined || state === 'retired') throw new ServiceError('app_state');
  return clientId;
};

const contextOf = ({ accountId, requestId }: Act) => ({
  actor: `account:${accountId}`,
  ...(requestId === undefined ? {} : { requestId }),
});

export const makeSecret = async (
  deps: AppRecordDeps,
  act: Act,
  id: string,
): Promise<{ client_id: string; client_secret: string }> => {
  const clientId = await clientOfOwn(deps, act, id);
  return { client_id: clientId, client_secret: await deps.apps.addSecret(clientId, contextOf(act)) };
};

export const endSecret = async (deps: AppRecordDeps, act: Act, id: string, secret: string): Promise<void> => {
  const clientId = await clientOfOwn(deps, act, id);
  await deps.apps.endSecret(clientId, secret, contextOf(act));
};
