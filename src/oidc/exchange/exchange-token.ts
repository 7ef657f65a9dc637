/**
 * Token exchange (RFC 8693): a department's back end gets a token of its own, narrower and shorter, for what a person or
 * an enterprise's delegate allowed the unit's portal. It hangs on the same grant, so whatever ends the one ends the other:
 * consent, session, mandate, post. `act` names the department. See docs/token-exchange.md and decision 0013.
 */
import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import {
  buildTokenResponse,
  checkDpopReplay,
  checkDpopRequired,
  findAccount,
  validateDpop,
} from 'oidc-provider/lib/helpers/grants.js';
import type { Logger } from 'pino';
import type { Audit } from '../../audit/index.ts';
import { type Clock, seconds } from '../../clock.ts';
import { requestIdOf } from '../../http/index.ts';
import { whileStoreAnswers } from '../adapter/store-faults.ts';
import { type Act, actOf, actorsOf, holderOf } from './act.ts';

export const tokenExchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';

/** RFC 8693 §4.1 nests without an end; a chain nobody can oversee is refused. */
const mostActors = 3;
const longestSeconds = 300;

export interface ExchangeDeps {
  baseUrl: string;
  audit: Audit;
  clock: Clock;
  logger: Logger;
  /** What may be passed on. Never what says who the person is: that is for the app she said it to. */
  passable: ReadonlySet<string>;
}

type Token = InstanceType<Provider['AccessToken']> & {
  exp: number;
  isValid: boolean;
  grantId: string;
  accountId: string;
  clientId: string;
  sessionUid?: string;
  sid?: string;
  expiresWithSession?: boolean;
  jkt?: string;
  'x5t#S256'?: string;
  extra?: Record<string, unknown>;
};

interface Asked {
  subject_token?: string;
  subject_token_type?: string;
  actor_token?: string;
  actor_token_type?: string;
  requested_token_type?: string;
  resource?: string | string[];
  audience?: string | string[];
  scope?: string;
}

interface Department {
  clientId: string;
  clientAuthMethod: string;
  scope?: string;
  onecert_exchange_from?: readonly string[];
}

/** RFC 8693 §2.2.2: whatever is wrong with the subject token is invalid_request, in the same words. */
const unacceptable = (): Error => new errors.InvalidRequest('subject_token cannot be exchanged by this app');

const checkForm = (asked: Asked): void => {
  if (asked.subject_token === undefined || asked.subject_token_type === undefined)
    throw new errors.InvalidRequest('subject_token and subject_token_type are required');
  if (asked.subject_token_type !== accessTokenType)
    throw new errors.InvalidRequest(`subject_token_type must be ${accessTokenType}`);
  if (asked.requested_token_type !== undefined && asked.requested_token_type !== accessTokenType)
    throw new errors.InvalidRequest(`requested_token_type must be ${accessTokenType}`);
  if (asked.actor_token !== undefined || asked.actor_token_type !== undefined)
    throw new errors.InvalidRequest('actor_token is not taken: the app that authenticates is the actor');
};

const checkTarget = ({ resource, audience }: Asked, baseUrl: string): void => {
  const targets = [resource ?? [], audience ?? []].flat();
  if (targets.some((target) => target !== baseUrl)) throw new errors.InvalidTarget();
};

const wordsOf = (scope: string | undefined): string[] => (scope ?? '').split(' ').filter(Boolean);

/** Never more than the token had, the grant still holds, may be passed on, and the department is registered for. */
const narrow = (asked: string | undefined, bounds: readonly ReadonlySet<string>[], token: Token): string => {
  const possible = wordsOf(token.scope).filter((word) => bounds.every((bound) => bound.has(word)));
  const wanted = asked === undefined ? possible : [...new Set(wordsOf(asked))];
  const missing = wanted.filter((word) => !possible.includes(word));
  if (missing.length > 0 || wanted.length === 0)
    throw new errors.InvalidScope('the scope cannot be passed on to this app', missing.join(' '));
  return wanted.join(' ');
};

const findSubject = async (
  provider: Provider,
  ctx: KoaContextWithOIDC,
  value: string,
  department: Department,
) => {
  const token = (await provider.AccessToken.find(value)) as Token | undefined;
  const holder = token && holderOf(token);
  if (!token?.isValid || token.accountId === undefined || holder === undefined) throw unacceptable();
  const from = [department.clientId, ...(department.onecert_exchange_from ?? [])];
  if (!from.includes(holder)) throw unacceptable();
  const grant = await provider.Grant.find(token.grantId);
  if (grant?.clientId !== token.clientId || grant.accountId !== token.accountId) throw unacceptable();
  ctx.oidc.entity('Grant', grant);
  // Blocked, or the mandate or post she acts in has ended: see findAccount in provider.ts.
  if ((await findAccount(provider, ctx, token.accountId, token)) === undefined) throw unacceptable();
  return { token, grant };
};

const exchange = async (provider: Provider, deps: ExchangeDeps, ctx: KoaContextWithOIDC): Promise<void> => {
  const asked = ctx.oidc.params as Asked;
  const department = ctx.oidc.client as unknown as Department;
  if (department.clientAuthMethod === 'none')
    throw new errors.UnauthorizedClient('an app that cannot keep a secret cannot exchange tokens');
  checkForm(asked);
  const proof = await validateDpop(provider, ctx);
  checkDpopRequired(provider, ctx, proof);
  const { token, grant } = await findSubject(provider, ctx, asked.subject_token!, department);
  // RFC 9449 says nothing of an exchange: a bound token stays bound, and only its key passes it on.
  const bound = token.jkt !== undefined || token['x5t#S256'] !== undefined;
  if (bound && (proof === undefined || token.jkt !== proof.thumbprint)) throw unacceptable();
  checkTarget(asked, deps.baseUrl);
  const granted = new Set(wordsOf(grant.getResourceScope(deps.baseUrl)));
  const registered = new Set(wordsOf(department.scope));
  const scope = narrow(asked.scope, [granted, registered, deps.passable], token);
  const before = actOf(token);
  if (actorsOf(before).length >= mostActors)
    throw new errors.InvalidRequest(`a token is exchanged ${mostActors} times at most`);
  await checkDpopReplay(provider, ctx, proof, department.clientId);

  const act: Act = { sub: department.clientId, ...(before ? { act: before } : {}) };
  await deps.audit.append({
    action: 'token.exchanged',
    actor: `client:${department.clientId}`,
    subject: token.accountId,
    object: `client:${token.clientId}`,
    fields: wordsOf(scope),
    result: 'ok',
    requestId: requestIdOf(ctx.res),
  });
  const { accountId, clientId, grantId, sessionUid, sid, expiresWithSession } = token;
  const issued = new provider.AccessToken({
    accountId,
    grantId,
    gty: 'token-exchange',
    sessionUid,
    sid,
    expiresWithSession,
    expiresIn: Math.min(longestSeconds, token.exp - seconds(deps.clock)),
    scope,
  } as never) as unknown as Token;
  // Still the app's the person said yes to: her consent, her session and her grant know it by that name.
  issued.clientId = clientId;
  issued.extra = { ...token.extra, act };
  (issued as unknown as { setAudience(audience: string): void }).setAudience(deps.baseUrl);
  if (proof) issued.jkt = proof.thumbprint;
  const value = await issued.save();
  ctx.oidc.entity('AccessToken', issued as never);
  ctx.body = buildTokenResponse(provider, {
    accessToken: value as unknown as string,
    expiresIn: issued.expiration,
    issuedTokenType: accessTokenType,
    scope,
    tokenType: issued.tokenType,
  });
};

/** Registers the grant type with the library; discovery lists it from then on. */
export const installTokenExchange = (provider: Provider, deps: ExchangeDeps): void => {
  const parameters = [
    'subject_token',
    'subject_token_type',
    'actor_token',
    'actor_token_type',
    'requested_token_type',
    'resource',
    'audience',
    'scope',
  ];
  provider.registerGrantType(
    tokenExchangeGrant,
    (ctx) => whileStoreAnswers(deps.logger, () => exchange(provider, deps, ctx)),
    parameters,
    ['resource', 'audience'],
  );
};
