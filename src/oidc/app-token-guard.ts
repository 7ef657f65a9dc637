/** The guard of what an app asks in its own name (RFC 6749 §4.4), or while somebody is signed in to it. */
import type { Request, RequestHandler } from 'express';
import { errors } from 'oidc-provider';
import { ServiceError } from '../errors.ts';
import {
  accessTokenGuard,
  type GuardDeps,
  type Presented,
  presentedBy,
  provesKey,
} from './access-token-guard.ts';

export interface AskingApp {
  clientId: string;
  scopes: ReadonlySet<string>;
}

declare global {
  namespace Express {
    interface Request {
      askingApp?: AskingApp;
    }
  }
}

interface AppToken {
  aud?: string | string[];
  jkt?: string;
  'x5t#S256'?: string;
  clientId: string;
  scope?: string;
}

const findApp = async (
  deps: GuardDeps,
  req: Request,
  { scheme, value }: Presented,
): Promise<AskingApp | undefined> => {
  const provider = deps.provider();
  const token = (await provider.ClientCredentials.find(value)) as unknown as AppToken | undefined;
  if (token === undefined || token['x5t#S256'] !== undefined) return undefined;
  if (![token.aud].flat().includes(deps.baseUrl)) return undefined;
  if ((token.jkt !== undefined) !== (scheme === 'dpop')) return undefined;
  if (token.jkt !== undefined && !(await provesKey(deps, req, token, value))) return undefined;
  if ((await provider.Client.find(token.clientId)) === undefined) return undefined;
  return { clientId: token.clientId, scopes: new Set(token.scope?.split(' ')) };
};

/**
 * Lets a request through that carries a live token of an app: one of its own, or of a person who is signed in to it, in
 * whatever capacity. `req.askingApp` then says which app, and with which scopes.
 */
export const appTokenGuard = (deps: GuardDeps): RequestHandler => {
  const ofPerson = accessTokenGuard(deps)(undefined, ['self', 'enterprise', 'office']);
  return async (req, res, next) => {
    const presented = presentedBy(req);
    const app =
      presented &&
      (await findApp(deps, req, presented).catch((error: unknown) => {
        if (error instanceof errors.OIDCProviderError && error.statusCode === 503)
          throw new ServiceError('store_unavailable', { cause: error });
        throw error;
      }));
    if (app) {
      req.askingApp = app;
      return next();
    }
    return ofPerson(req, res, (error?: unknown) => {
      if (error !== undefined) return next(error);
      const { clientId, scopes } = req.caller!;
      req.askingApp = { clientId, scopes };
      next();
    });
  };
};
