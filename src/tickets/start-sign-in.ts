import { seconds } from '../clock.ts';
import { homeOf } from '../oidc/index.ts';
import type { TicketsDeps } from './create-tickets.ts';

/** What an old app can be told by, as far as it is registered for it now. */
const scopesOfOld = ['openid', 'profile', 'phone', 'document'];

export type Start =
  | { kind: 'go'; to: string; until: number }
  | { kind: 'unknown' }
  /** It is over; `home` is where the app can be found now. */
  | { kind: 'over'; until: number; home?: { name: string; href: string } };

/**
 * To the login, as the app behind the service code, and to its registered address after that. An address the request
 * names is only ever compared.
 */
export const startSignIn = async (
  { services, apps, desk, clock }: TicketsDeps,
  asked: { servicecode: string; goto?: string | undefined; redirectUrl?: string | undefined },
): Promise<Start> => {
  const service = await services.get(asked.servicecode);
  const app = service && (await apps.get(service.clientId));
  if (service === undefined || app?.state !== 'listed') return { kind: 'unknown' };
  if (asked.redirectUrl !== undefined && asked.redirectUrl !== service.returnUri) return { kind: 'unknown' };
  const { until } = service;
  if (until <= seconds(clock)) {
    const href = homeOf(app.metadata);
    return { kind: 'over', until, ...(href ? { home: { name: app.metadata.client_name, href } } : {}) };
  }
  const registered = (app.metadata.scope ?? '').split(' ');
  const scopes = scopesOfOld.filter((scope) => registered.includes(scope));
  return { kind: 'go', to: desk.signInAddress({ ...service, code: service.id }, scopes, asked.goto), until };
};
