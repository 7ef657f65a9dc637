import { randomBytes } from 'node:crypto';
import { ServiceError } from '../errors.ts';
import type { TicketsDeps } from './create-tickets.ts';
import { secretOf } from './signature.ts';

export interface ServiceChange {
  /** Unix seconds; one in the past ends it now. */
  until?: number;
  md5Until?: number;
  newSecret?: boolean;
}

/** Moves the days of a service code, or gives it a new secret, which is shown this once. */
export const changeService = async (
  deps: TicketsDeps,
  code: string,
  change: ServiceChange,
  actor: string,
): Promise<{ servicecode: string; servicepwd?: string }> => {
  const present = await deps.services.get(code);
  if (present === undefined) throw new ServiceError('not_found');
  const { newSecret = false, ...days } = change;
  const next = {
    ...present,
    ...days,
    ...(newSecret ? { salt: randomBytes(16).toString('base64url') } : {}),
  };
  await deps.services.replace(next);
  await deps.audit.append({
    action: 'app.ticket_service_changed',
    actor,
    object: `ticket-service:${code}`,
    result: 'ok',
    details: { ...days, newSecret },
  });
  return { servicecode: code, ...(newSecret ? { servicepwd: secretOf(deps.secret, next) } : {}) };
};
