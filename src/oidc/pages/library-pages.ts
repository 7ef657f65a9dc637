/** The pages oidc-provider asks us to render. Its own texts are never shown to people. */
import type { Request, Response } from 'express';
import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import {
  errorPage,
  keepLanguage,
  type Language,
  languageOf,
  lookOf,
  otherLanguageLink,
  type Page,
  renderPage,
  requestIdOf,
  startPageLink,
  type Text,
} from '../../http/index.ts';
import type { ClientLike, OidcContext, SessionLike } from '../library.ts';
import type { OpenApp } from '../logout/open-apps.ts';
import { lastPage } from './continue-page.ts';
import { logoutPage } from './question-pages.ts';
import { words } from './words.ts';

const text = (zh: string, en: string): Text => ({ zh, en });

/** By OAuth error code: what it means for a person. */
const sentences: Record<string, Text> = {
  invalid_client: text('该应用未在本平台登记。', 'That app is not registered here.'),
  unauthorized_client: text('该应用未在本平台登记。', 'That app is not registered here.'),
  invalid_redirect_uri: text(
    '该应用请求返回的网址未登记，为了您的安全已停止。',
    'The app asked to return to an address it has not registered. We stopped, for your safety.',
  ),
  invalid_request: text('应用发来的登录请求有误。', 'The app sent a sign-in request that is not right.'),
  invalid_request_uri: text(
    '登录请求已失效或已使用过。',
    'This sign-in request has ended or was used already.',
  ),
  invalid_scope: text('该应用请求了未登记的权限。', 'The app asked for something it is not registered for.'),
  temporarily_unavailable: text('服务繁忙。', 'The service is busy.'),
  session_not_found: words.late,
};

const advice: Record<string, Text> = {
  temporarily_unavailable: text('请稍等片刻后重试。', 'Wait a moment and try again.'),
  server_error: text('请稍等片刻后重试。', 'Wait a moment and try again.'),
  session_not_found: words.lateAdvice,
};

const somethingWrong = text('系统出现问题。', 'Something went wrong on our side.');
const toTheApp = text(
  '请回到您要使用的应用，重新开始。',
  'Go back to the app you came from and start again.',
);

export const languageOfContext = (ctx: KoaContextWithOIDC): Language => {
  const oidc = ctx.oidc as unknown as OidcContext | undefined;
  const locales = oidc?.params?.ui_locales;
  return languageOf(ctx.req as unknown as Request, typeof locales === 'string' ? locales : undefined);
};

/** OpenID Connect RP-Initiated Logout 1.0 §2: what a sign-out must not lose on the way to another language. */
const signOutParameters = ['id_token_hint', 'client_id', 'post_logout_redirect_uri', 'state'];

/** `keep`: parameters that the same page in the other language needs again. */
export const putPage = (ctx: KoaContextWithOIDC, page: Page, keep: readonly string[] = []): void => {
  keepLanguage(ctx.req as unknown as Request, ctx.res as unknown as Response, ctx.secure);
  const languageLink =
    page.refreshTo === undefined ? otherLanguageLink(ctx.req, page.language, keep) : undefined;
  ctx.type = 'html';
  ctx.set('cache-control', 'no-store');
  ctx.set('content-language', page.language === 'zh' ? 'zh-CN' : 'en');
  ctx.vary('accept-language');
  ctx.vary('cookie');
  ctx.body = renderPage({ ...page, languageLink }, lookOf(ctx.req));
};

export const backToApp = (client: ClientLike | undefined): { name: string; href: string } | undefined =>
  client && { name: client.clientName ?? client.clientId, href: String(client.onecert_home_uri) };

const isSessionNotFound = (error: unknown): boolean =>
  error instanceof Error && error.name === 'SessionNotFound';

/** Error page for everything that cannot be told to the app by a redirect. */
export const renderError = (ctx: KoaContextWithOIDC, out: ErrorOut, error: unknown): void => {
  const code = isSessionNotFound(error) ? 'session_not_found' : out.error;
  const client = (ctx.oidc as unknown as OidcContext).entities.Client as ClientLike | undefined;
  const language = languageOfContext(ctx);
  putPage(
    ctx,
    errorPage({
      language,
      code,
      sentence: sentences[code] ?? (code === 'server_error' ? somethingWrong : sentences.invalid_request!),
      advice: advice[code] ?? toTheApp,
      requestId: requestIdOf(ctx.res as unknown as Response),
      back: backToApp(client) ?? startPageLink(language),
    }),
  );
};

/** Question before logout. The form the library offers holds its route and secret; we build our own from the same. */
export const logoutSource =
  (confirmUrl: () => string, openApps: (session: SessionLike | undefined) => Promise<OpenApp[]>) =>
  async (ctx: KoaContextWithOIDC): Promise<void> => {
    const { session } = ctx.oidc as unknown as OidcContext;
    const page = logoutPage({
      language: languageOfContext(ctx),
      action: confirmUrl(),
      xsrf: session?.state?.secret ?? '',
      apps: await openApps(session),
    });
    putPage(ctx, page, signOutParameters);
  };

/** After logout without an address to return to, when someone comes here by the link. */
export const postLogoutSuccessSource = async (ctx: KoaContextWithOIDC): Promise<void> => {
  const client = (ctx.oidc as unknown as OidcContext).entities.Client as ClientLike | undefined;
  const language = languageOfContext(ctx);
  const back = backToApp(client) ?? startPageLink(language);
  putPage(ctx, lastPage({ language, title: words.loggedOutTitle, sentence: words.loggedOut, back }));
};
