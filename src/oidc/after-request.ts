/**
 * What is put right after the library has answered: the audit entry, pages in place of redirects after a form post,
 * cookies of a session that was superseded. Audit stands here and not in event listeners: a listener that fails comes
 * too late, and one that rejects ends the process.
 */
import type { NextFunction } from 'express';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import type { Audit } from '../audit/index.ts';
import { requestIdOf, startPageLink } from '../http/index.ts';
import { supersededMark } from './adapter/current-request.ts';
import { temporarilyUnavailable } from './adapter/store-faults.ts';
import type { LastSignIns } from './apps/last-sign-ins.ts';
import { tidyRegistrationAnswer } from './apps/registration.ts';
import type { ClientLike, OidcContext } from './library.ts';
import { continuePage, lastPage } from './pages/continue-page.ts';
import { backToApp, languageOfContext, putPage, renderError } from './pages/library-pages.ts';
import { words } from './pages/words.ts';
import { ticketMode } from './tickets/ticket-mode.ts';

type Next = () => Promise<unknown>;

/** Where Express goes on when the library has no route for the request. */
export type Onward = WeakMap<object, NextFunction>;

interface AfterDeps {
  audit: Audit;
  logger: Logger;
  onward: Onward;
  /** In the sandbox. */
  lastSignIns: LastSignIns;
  /** Whoever manages an app reads it with the app: in the sandbox. */
  tellsSignIns: boolean;
}

/** What we add to the library: see request-by-reference.ts. */
const requestUris = { request_uri_parameter_supported: true, require_request_uri_registration: true };

const registrationRoutes = new Set(['registration', 'client', 'client_update']);

const oidcOf = (ctx: KoaContextWithOIDC): OidcContext => ctx.oidc as unknown as OidcContext;

const refuseUnaudited = (ctx: KoaContextWithOIDC, cause: unknown): void => {
  ctx.remove('location');
  const error = Object.assign(temporarilyUnavailable(cause), { error: 'temporarily_unavailable' });
  ctx.status = 503;
  renderError(ctx, { error: 'temporarily_unavailable' }, error);
};

/** The act the request completed, if it is one we record. */
const auditOf = (
  ctx: KoaContextWithOIDC,
  before: { accountId?: string },
): Parameters<Audit['append']>[0] | undefined => {
  const oidc = oidcOf(ctx);
  const requestId = requestIdOf(ctx.res);
  const code = (oidc.entities.AuthorizationCode ?? oidc.entities.AccessToken) as
    | { accountId: string; clientId: string; scope?: string }
    | undefined;
  if ((oidc.route === 'authorization' || oidc.route === 'resume') && code !== undefined) {
    return {
      action: oidc.params?.response_mode === ticketMode ? 'ticket.issued' : 'authorization.granted',
      actor: `account:${code.accountId}`,
      subject: code.accountId,
      object: `client:${code.clientId}`,
      fields: code.scope?.split(' ') ?? [],
      result: 'ok',
      requestId,
    };
  }
  if (oidc.route === 'end_session_confirm' && ctx.status === 303 && before.accountId !== undefined) {
    const everywhere = oidc.params?.logout !== undefined;
    return {
      action: everywhere ? 'session.ended' : 'session.left_app',
      actor: `account:${before.accountId}`,
      subject: before.accountId,
      result: 'ok',
      requestId,
    };
  }
  return undefined;
};

const dropSessionCookie = (ctx: KoaContextWithOIDC, provider: Provider): void => {
  const name = (provider as unknown as { cookieName(type: string): string }).cookieName('session');
  const cookies = ([] as string[]).concat(ctx.response.get('set-cookie') ?? []);
  const kept = cookies.filter(
    (cookie) => !cookie.startsWith(`${name}=`) && !cookie.startsWith(`${name}.sig=`),
  );
  ctx.remove('set-cookie');
  if (kept.length > 0) ctx.set('set-cookie', kept);
};

/** A form post of ours ended in a redirect: lead on by a page instead (see continue-page.ts). */
const pageInPlaceOfRedirect = (ctx: KoaContextWithOIDC, provider: Provider): void => {
  const to = ctx.response.get('location');
  if (ctx.method !== 'POST' || oidcOf(ctx).route !== 'end_session_confirm' || ctx.status !== 303 || to === '')
    return;
  ctx.remove('location');
  ctx.status = 200;
  const language = languageOfContext(ctx);
  const left = oidcOf(ctx).params?.logout !== undefined;
  if (!to.startsWith(provider.urlFor('end_session_success'))) {
    putPage(ctx, continuePage({ language, title: left ? words.loggedOutTitle : words.leavingTitle, to }));
    return;
  }
  const client = oidcOf(ctx).entities.Client as ClientLike | undefined;
  const title = left ? words.loggedOutTitle : words.stayedTitle;
  const sentence = left ? words.loggedOut : words.openApps;
  putPage(ctx, lastPage({ language, title, sentence, back: backToApp(client) ?? startPageLink(language) }));
};

/** Nobody is signed in: there is nothing to confirm, and the library's page would need a script. */
const logoutOfNobody = (ctx: KoaContextWithOIDC, provider: Provider): void => {
  const { route, session } = oidcOf(ctx);
  if (
    route !== 'end_session' ||
    ctx.status !== 200 ||
    session === undefined ||
    session.accountId !== undefined
  )
    return;
  const { postLogoutRedirectUri, state } = session.state ?? {};
  const to = new URL(postLogoutRedirectUri ?? provider.urlFor('end_session_success'));
  if (postLogoutRedirectUri !== undefined && state !== undefined) to.searchParams.set('state', state);
  putPage(ctx, continuePage({ language: languageOfContext(ctx), title: words.loggedOutTitle, to: to.href }));
};

/** response_mode=form_post: the one place where the policy names an app, by its validated redirect URI. */
const allowFormPost = (ctx: KoaContextWithOIDC): void => {
  const oidc = oidcOf(ctx);
  const uri = oidc.params?.redirect_uri;
  if (
    oidc.params?.response_mode !== 'form_post' ||
    oidc.redirectUriCheckPerformed !== true ||
    typeof uri !== 'string'
  )
    return;
  const policy = ctx.response.get('content-security-policy');
  ctx.set(
    'content-security-policy',
    policy.replace("form-action 'self'", `form-action 'self' ${new URL(uri).origin}`),
  );
};

const sessionBefore = async (
  ctx: KoaContextWithOIDC,
  provider: Provider,
): Promise<{ accountId?: string }> => {
  if (ctx.path !== '/session/end/confirm') return {};
  const session = await (
    provider.Session as unknown as { get(ctx: unknown): Promise<{ accountId?: string }> }
  ).get(ctx);
  return session.accountId === undefined ? {} : { accountId: session.accountId };
};

/** A redeemed code is noted, and told to who manages the app. The app's own answer does not wait on a failing store. */
const tellSignIns = async (ctx: KoaContextWithOIDC, deps: AfterDeps): Promise<void> => {
  const { lastSignIns, tellsSignIns, logger } = deps;
  const { route, entities } = oidcOf(ctx);
  const client = entities.Client as ClientLike | undefined;
  if (client === undefined || ctx.status !== 200) return;
  try {
    if (route === 'token' && entities.AuthorizationCode !== undefined)
      await lastSignIns.note(client.clientId);
    const at = tellsSignIns && route === 'client' ? await lastSignIns.of(client.clientId) : undefined;
    if (at !== undefined) (ctx.body as Record<string, unknown>).onecert_signed_in_at = at;
  } catch (error) {
    logger.warn({ err: error }, 'the last sign-in of an app was not noted or read');
  }
};

/** Installs the middleware round the library's routes. */
export const installAfterRequest = (provider: Provider, deps: AfterDeps): void => {
  provider.use(async (koa, next: Next) => {
    const ctx = koa as unknown as KoaContextWithOIDC;
    const before = await sessionBefore(ctx, provider);
    await next();
    const matched = (ctx as unknown as { _matchedRouteName?: string; routerPath?: string })._matchedRouteName;
    if (matched === undefined) {
      // Middleware of another feature may have answered already; else the path is not the library's.
      if (ctx.body !== undefined) return;
      ctx.respond = false;
      deps.onward.get(ctx.request.req)?.();
      return;
    }
    (ctx.res as unknown as { locals: Record<string, unknown> }).locals.route = (
      ctx as unknown as { routerPath: string }
    ).routerPath;
    const act = auditOf(ctx, before);
    if (act !== undefined) {
      try {
        await deps.audit.append(act);
      } catch (error) {
        deps.logger.error(
          { err: error, requestId: requestIdOf(ctx.res) },
          'audit entry could not be written',
        );
        refuseUnaudited(ctx, error);
        return;
      }
    }
    if (oidcOf(ctx).route === 'discovery') Object.assign(ctx.body as object, requestUris);
    if (registrationRoutes.has(oidcOf(ctx).route) && ctx.status < 300 && ctx.body)
      tidyRegistrationAnswer(ctx.body);
    await tellSignIns(ctx, deps);
    if (ctx.state[supersededMark] === true) dropSessionCookie(ctx, provider);
    logoutOfNobody(ctx, provider);
    pageInPlaceOfRedirect(ctx, provider);
    allowFormPost(ctx);
    if (ctx.status === 503) ctx.set('retry-after', '2');
  });
};
