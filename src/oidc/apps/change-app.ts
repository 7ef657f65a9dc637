/** Everything that happens to an app after it is there. */
import { seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import { completeMetadata, isNarrowed, usesSecret } from './add-app.ts';
import type { App, AppMetadata, AppProfile, AppState } from './app.ts';
import { type AppActContext, type AppDeps, auditApp, updateApp } from './app-act.ts';
import { keptSecret, newAppSecret } from './app-secret.ts';
import { checkApp } from './check-app.ts';
import { unknownMembers } from './client-metadata.ts';
import { sectorOf } from './redirect-uri.ts';

/** Two, so that the new one can take the old one's place while both work. */
const mostSecrets = 2;

const actionOf: Record<AppState, string> = {
  listed: 'app.listed',
  suspended: 'app.suspended',
  retired: 'app.retired',
};

/** Suspends, lists again or retires for good. What the app was given until now is dead from the next look on. */
export const setAppState = async (
  deps: AppDeps,
  id: string,
  state: AppState,
  context: AppActContext,
): Promise<App> => {
  let changed = false;
  const app = await updateApp(deps, id, (present) => {
    changed = present.state !== state;
    if (present.state === 'retired' && changed)
      throw new ServiceError('conflict', { detail: 'a retired app does not come back' });
    // A token of this very second is dead too.
    return {
      ...present,
      state,
      ...(changed && state !== 'listed' ? { tokensFrom: seconds(deps.clock) + 1 } : {}),
    };
  });
  if (changed) await auditApp(deps, actionOf[state], app, context);
  return app;
};

/**
 * Takes new metadata in whole, as RFC 7592 §2.2 does. The sector, and with it every `sub`, stays. Where the app may ask for
 * less than before, or is bound to another profile, what it was given till now is dead, as with a suspension.
 */
export const changeApp = async (
  deps: AppDeps,
  id: string,
  { profile: asked, ...given }: AppMetadata & { profile?: AppProfile },
  context: AppActContext,
): Promise<App> => {
  const [odd] = unknownMembers(given);
  if (odd !== undefined)
    throw new ServiceError('invalid_request', { detail: `unknown member: ${odd.slice(0, 60)}` });
  const app = await updateApp(deps, id, async (present) => {
    const metadata = completeMetadata(given, '');
    const profile = asked ?? present.profile;
    await checkApp(deps, id, metadata, profile);
    if (sectorOf(id, metadata.redirect_uris, metadata.sector_identifier_uri) !== present.sector)
      throw new ServiceError('invalid_request', {
        detail:
          'the host of the redirect URIs decides who a person is to the app: register a new app for another',
      });
    const ends = profile !== present.profile || isNarrowed(present.metadata, metadata);
    return {
      ...present,
      ...(ends ? { tokensFrom: seconds(deps.clock) + 1 } : {}),
      profile,
      pkce: profile === 'high' ? 'required' : present.pkce,
      metadata,
      secrets: usesSecret(metadata) ? present.secrets : [],
    };
  });
  await auditApp(deps, 'app.changed', app, context);
  return app;
};

/** Which apps' tokens it may exchange. The province says so; an app cannot give it to itself. */
export const setExchangeFrom = async (
  deps: AppDeps,
  id: string,
  exchangeFrom: readonly string[],
  context: AppActContext,
): Promise<App> => {
  for (const from of exchangeFrom) {
    if ((await deps.apps.get(from)) === undefined)
      throw new ServiceError('not_found', { detail: 'there is no app of one of these client ids' });
  }
  const app = await updateApp(deps, id, (present) => ({
    ...present,
    exchangeFrom: [...new Set(exchangeFrom)],
  }));
  await auditApp(deps, 'app.exchange_allowed', app, context, { from: exchangeFrom.join(' ').slice(0, 200) });
  return app;
};

/** A new secret beside the present one; the answer is the only place where it can be read. */
export const addAppSecret = async (deps: AppDeps, id: string, context: AppActContext): Promise<string> => {
  const secret = newAppSecret();
  const now = seconds(deps.clock);
  const app = await updateApp(deps, id, (present) => {
    if (!usesSecret(present.metadata))
      throw new ServiceError('conflict', { detail: 'this app has no use for a secret' });
    const live = present.secrets.filter(({ expiresAt }) => expiresAt === undefined || now < expiresAt);
    if (live.length >= mostSecrets)
      throw new ServiceError('conflict', { detail: 'there are two secrets already: end one first' });
    return { ...present, secrets: [...live, keptSecret(secret, now)] };
  });
  await auditApp(deps, 'app.secret_added', app, context);
  return secret;
};

/** Ends a secret now. Ending one that is gone is no failure. */
export const endAppSecret = async (
  deps: AppDeps,
  id: string,
  secretId: string,
  context: AppActContext,
): Promise<void> => {
  const app = await updateApp(deps, id, (present) => ({
    ...present,
    secrets: present.secrets.filter((secret) => secret.id !== secretId),
  }));
  await auditApp(deps, 'app.secret_ended', app, context);
};
