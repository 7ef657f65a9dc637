/** What every act on an app shares: what it works with, who does it, and the entry in the audit log. */
import type { Audit } from '../../audit/index.ts';
import type { Clock } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import { type Collection, Conflict } from '../../storage/index.ts';
import type { App } from './app.ts';
import type { CheckDeps } from './check-app.ts';
import type { Supported } from './client-metadata.ts';

export interface AppDeps extends CheckDeps {
  apps: Collection<App>;
  audit: Audit;
  clock: Clock;
  supported: Supported;
}

export interface AppActContext {
  actor: string;
  requestId?: string;
}

export const auditApp = (
  { audit }: Pick<AppDeps, 'audit'>,
  action: string,
  app: App,
  { actor, requestId }: AppActContext,
  details: Record<string, string | boolean> = {},
): Promise<unknown> =>
  audit.append({
    action,
    actor,
    object: `client:${app.id}`,
    result: 'ok',
    details,
    ...(requestId === undefined ? {} : { requestId }),
  });

const attempts = 5;

/** Changes one app by compare-and-set. `next` may refuse by throwing. */
export const updateApp = async (
  { apps }: Pick<AppDeps, 'apps'>,
  id: string,
  next: (app: App) => App | Promise<App>,
): Promise<App> => {
  for (let attempt = 1; ; attempt += 1) {
    const present = await apps.get(id);
    if (present === undefined) throw new ServiceError('not_found');
    try {
      return await apps.replace({ ...(await next(present)), ver: present.ver });
    } catch (error) {
      if (!(error instanceof Conflict) || attempt === attempts) throw error;
    }
  }
};
