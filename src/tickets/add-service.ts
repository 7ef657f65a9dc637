import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { parse } from '../http/index.ts';
import type { TicketsDeps } from './create-tickets.ts';
import { secretOf } from './signature.ts';
import { serviceCodePattern, type TicketService } from './ticket-service.ts';

const schema = z.strictObject({
  code: z.string().regex(serviceCodePattern),
  clientId: z.string(),
  returnUri: z.string(),
  until: z.int(),
  md5Until: z.int().optional(),
});

export type AddService = z.input<typeof schema>;

const refuse = (detail: string): never => {
  throw new ServiceError('invalid_request', { detail });
};

/** Gives an app a service code. The secret is shown this once. Throws AlreadyExists for a taken code. */
export const addService = async (
  deps: TicketsDeps,
  given: AddService,
  actor: string,
): Promise<{ servicecode: string; servicepwd: string }> => {
  const { code, clientId, returnUri, until, md5Until } = parse(schema, given);
  const app = await deps.apps.get(clientId);
  if (app?.state !== 'listed') throw new ServiceError('not_found', { detail: 'there is no such app' });
  // The high profile is PAR and keys; a ticket is neither.
  if (app.profile !== 'standard' || app.metadata.token_endpoint_auth_method === 'none')
    refuse('only a confidential app of the standard profile can have a service code');
  if (!app.metadata.redirect_uris.includes(returnUri))
    refuse('the return address must be one of the redirect URIs of the app');
  const now = seconds(deps.clock);
  if (until <= now) refuse('the day it ends lies in the past');
  if (md5Until !== undefined && md5Until > until) refuse('MD5 cannot outlive the service code');
  const service: TicketService = {
    id: code,
    clientId,
    returnUri,
    until,
    ...(md5Until === undefined ? {} : { md5Until }),
    salt: randomBytes(16).toString('base64url'),
    createdAt: now,
  };
  await deps.services.insert(service);
  await deps.audit.append({
    action: 'app.ticket_service_added',
    actor,
    object: `ticket-service:${code}`,
    result: 'ok',
    details: { client: clientId, until, md5: md5Until !== undefined },
  });
  return { servicecode: code, servicepwd: secretOf(deps.secret, service) };
};
