/**
 * The guard of our own APIs: the access token, its audience, its grant, and the key it is bound to. The library's check
 * is not exported and tied to its own routes.
 */
import { createHash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import { errors, type Provider } from 'oidc-provider';
import type { Capacity } from '../accounts/index.ts';
import { ServiceError } from '../errors.ts';
import { clockToleranceSeconds } from './adapter/durable-adapter.ts';
import { strongSignatures } from './algorithms.ts';
import { self } from './capacities/acting.ts';
import { type Act, actOf } from './exchange/act.ts';
import type { GrantCapacity } from './library.ts';

export interface Caller {
  accountId: string;
  /** The app that asks: of an exchanged token, the one that exchanged it. */
  clientId: string;
  /** Of an exchanged token: who acts, and through whom the token came to it (RFC 8693 §4.1). */
  act?: Act;
  scopes: ReadonlySet<string>;
  /** The sign-in session the token was given in. */
  sessionUid?: string;
  /** As what she acts, as it stands at this moment. */
  capacity: Capacity;
}

declare global {
  namespace Express {
    interface Request {
      caller?: Caller;
    }
  }
}

export interface GuardDeps {
  provider: () => Provider;
  baseUrl: string;
  /** `oidc.capacityOf`. Without it a token given in another capacity than one's own opens nothing. */
  capacityOf?(grant: CapacityGrant): Promise<Capacity | undefined>;
}

/** What `capacityOf` reads of a grant. */
export interface CapacityGrant extends GrantCapacity {
  accountId?: string | undefined;
  getOIDCScope(): string;
}

const onlySelf = async (grant: CapacityGrant): Promise<Capacity | undefined> =>
  grant.capacity === undefined || grant.capacity === self.ref ? self : undefined;

export interface Presented {
  scheme: 'bearer' | 'dpop';
  value: string;
}

interface FoundToken {
  aud?: string;
  jkt?: string;
  'x5t#S256'?: string;
  accountId: string;
  clientId: string;
  grantId: string;
  sessionUid?: string;
  scopes: Set<string>;
}

const proofWindowSeconds = 300;

/** The token of the request, by its scheme. */
export const presentedBy = (req: Request): Presented | undefined => {
  const match = /^(Bearer|DPoP) ([\w\-.~+/]+=*)$/i.exec(req.get('authorization') ?? '');
  return match ? { scheme: match[1]!.toLowerCase() as Presented['scheme'], value: match[2]! } : undefined;
};

/** RFC 9449 §4.3 and §7.1 */
export const provesKey = async (
  deps: GuardDeps,
  req: Request,
  token: Pick<FoundToken, 'jkt' | 'clientId'>,
  value: string,
): Promise<boolean> => {
  const proof = req.get('dpop');
  if (proof === undefined) return false;
  try {
    // jose refuses a proof whose iat lies in the future (save for the tolerance) or is older than maxTokenAge.
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: [...strongSignatures],
      maxTokenAge: proofWindowSeconds,
      clockTolerance: clockToleranceSeconds,
    });
    const fits =
      payload.htm === req.method &&
      payload.htu === `${deps.baseUrl}${req.originalUrl.split('?')[0]}` &&
      payload.ath === createHash('sha256').update(value).digest('base64url') &&
      typeof payload.jti === 'string' &&
      (await calculateJwkThumbprint(protectedHeader.jwk!)) === token.jkt;
    if (!fits) return false;
    const { ReplayDetection } = deps.provider() as unknown as {
      ReplayDetection: { unique(iss: string, jti: string, exp: number): Promise<boolean> };
    };
    return await ReplayDetection.unique(token.clientId, payload.jti!, payload.iat! + 2 * proofWindowSeconds);
  } catch (error) {
    if (error instanceof errors.OIDCProviderError) throw error;
    return false;
  }
};

const findCaller = async (
  deps: GuardDeps,
  req: Request,
  presented: Presented,
): Promise<Caller | undefined> => {
  const provider = deps.provider();
  const token = (await provider.AccessToken.find(presented.value)) as unknown as FoundToken | undefined;
  // A token without our audience is for userinfo alone.
  if (token === undefined || token.aud !== deps.baseUrl || token['x5t#S256'] !== undefined) return undefined;
  const bound = token.jkt !== undefined;
  if (bound !== (presented.scheme === 'dpop')) return undefined;
  if (bound && !(await provesKey(deps, req, token, presented.value))) return undefined;
  // A revoked grant ends its tokens, even one that was being written at that moment.
  const grant = await provider.Grant.find(token.grantId);
  if (grant?.accountId !== token.accountId || grant.clientId !== token.clientId) return undefined;
  const act = actOf(token);
  if ((await provider.Client.find(token.clientId)) === undefined) return undefined;
  // An ended mandate or post is dead from now on, not from the next token on.
  const capacity = await (deps.capacityOf ?? onlySelf)(grant as CapacityGrant);
  if (capacity === undefined) return undefined;
  const { accountId, scopes, sessionUid } = token;
  return {
    accountId,
    clientId: act?.sub ?? token.clientId,
    scopes,
    capacity,
    ...(act === undefined ? {} : { act }),
    ...(sessionUid === undefined ? {} : { sessionUid }),
  };
};

const unavailable = (error: unknown): never => {
  if (error instanceof errors.OIDCProviderError && error.statusCode === 503) {
    throw new ServiceError('store_unavailable', { cause: error });
  }
  throw error;
};

/**
 * Lets a request through that carries a live access token of ours with the scope, or with any; `req.caller` then says who asks.
 * RFC 6750: 401 with WWW-Authenticate for a missing or dead token, 403 for a missing scope, and for a capacity that is
 * not among `as`: a person's own affairs are no enterprise's or office's, and the other way round (NET-3, ZZD-1).
 */
export const accessTokenGuard = (deps: GuardDeps) => {
  const challenge = (res: Response, scheme: string, more: string): void => {
    res.set('www-authenticate', `${scheme} realm="${deps.baseUrl}"${more}`);
  };
  return (scope: string | undefined, as: readonly Capacity['kind'][] = ['self']): RequestHandler =>
    async (req, res, next) => {
      const presented = presentedBy(req);
      // A second guard on one route asks for a further scope only: a proof of possession is good once (RFC 9449 §11.1).
      const caller = req.caller ?? (presented && (await findCaller(deps, req, presented).catch(unavailable)));
      const scheme = presented?.scheme === 'dpop' ? 'DPoP' : 'Bearer';
      if (caller === undefined) {
        challenge(res, scheme, req.get('authorization') === undefined ? '' : ', error="invalid_token"');
        throw new ServiceError('unauthenticated');
      }
      if (scope !== undefined && !caller.scopes.has(scope)) {
        challenge(res, scheme, `, error="insufficient_scope", scope="${scope}"`);
        throw new ServiceError('forbidden', { detail: `the access token lacks the scope ${scope}` });
      }
      if (!as.includes(caller.capacity.kind)) throw new ServiceError('wrong_capacity');
      req.caller = caller;
      next();
    };
};
