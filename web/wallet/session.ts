/** Signing in: authorization code with PKCE at the province's login, on the same origin. */
import { currentLanguage } from '../shared/i18n.ts';
import { readChoice, writeChoice } from '../shared/preferences.ts';
import { request } from '../shared/request.ts';
import { deviceSeconds } from '../shared/server-time.ts';
import { askingFor, isAnswerTo, newPending, type Pending, redeem } from '../shared/sign-in.ts';
import { stepAway } from './vault.ts';

const clientId = 'onecert-wallet';
const redirectUri = `${location.origin}/wallet/`;
const pendingKey = 'onecert.wallet.pending';
const sessionKey = 'onecert.wallet.session';
const silentKey = 'onecert.wallet.silent';
/** The lock was given up or forced: the next sign-in asks for a factor, whatever session the login still has. */
const proofChoice = 'wallet.proof';
/** The request to sign in elsewhere that was being looked at: this page is left for the login and comes back. */
const returnKey = 'onecert.wallet.return';

export interface Session {
  accessToken: string;
  subject: string;
  expiresAt: number;
}

export interface CredentialIssuerMetadata {
  credential_issuer: string;
  credential_endpoint: string;
  nonce_endpoint: string;
  batch_credential_issuance?: { batch_size: number };
  credential_configurations_supported: Record<string, { scope?: string }>;
}

/** Also the wallet's question "is the service there?". */
export const readMetadata = (): Promise<CredentialIssuerMetadata> =>
  request('/.well-known/openid-credential-issuer', { timeoutSeconds: 3 });

let session: Session | undefined;

export const currentSession = (): Session | undefined => {
  session ??= JSON.parse(sessionStorage.getItem(sessionKey) ?? 'null') ?? undefined;
  if (session && session.expiresAt <= deviceSeconds()) endSession();
  return session;
};

export const endSession = (): void => {
  session = undefined;
  sessionStorage.removeItem(sessionKey);
};

/**
 * Leaves the page for the login. `none` asks only whether its session still lives, once a tab; `login` asks for a factor
 * now; `select_account` whom she acts for.
 */
export const startSignIn = async ({
  prompt,
}: {
  prompt?: 'none' | 'login' | 'select_account';
} = {}): Promise<void> => {
  const mustProve = readChoice(proofChoice) === 'on';
  const silent = prompt === 'none' && !mustProve;
  const metadata = await readMetadata();
  if (silent && isShowing()) return;
  const scopes = Object.values(metadata.credential_configurations_supported).map(({ scope }) => scope);
  const pending = newPending();
  sessionStorage.setItem(pendingKey, JSON.stringify(pending));
  if (silent) sessionStorage.setItem(silentKey, '1');
  if (/^#\/(scan\/|move|present)/.test(location.hash)) sessionStorage.setItem(returnKey, location.hash);
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: [
      ...new Set(['openid', 'wallet', 'office_card', ...scopes.filter((scope) => scope !== undefined)]),
    ].join(' '),
    resource: location.origin,
    ...(await askingFor(pending)),
    ui_locales: currentLanguage() === 'zh' ? 'zh-CN' : 'en',
    ...(mustProve ? { prompt: 'login' } : prompt && { prompt }),
  });
  await stepAway().catch(() => undefined);
  location.assign(`/auth?${query}`);
};

/** Once a tab, and never while a code is being shown: it would leave the page under the counter's eyes. */
export const maySignInSilently = (): boolean =>
  sessionStorage.getItem(silentKey) === null && readChoice(proofChoice) !== 'on' && !isShowing();

export const askForProof = (): void => writeChoice(proofChoice, 'on');

const isShowing = (): boolean => location.hash.startsWith('#/show');

/** What the login brought back to this page: a session, "not now" (by the person or to prompt=none), or nothing. */
export const finishSignIn = async (): Promise<'nothing' | 'signed_in' | 'not_now' | 'failed'> => {
  const answer = new URLSearchParams(location.search);
  if (!answer.has('state')) return 'nothing';
  history.replaceState(null, '', location.pathname + (sessionStorage.getItem(returnKey) ?? location.hash));
  window.dispatchEvent(new HashChangeEvent('hashchange'));
  sessionStorage.removeItem(returnKey);
  const pending: Pending | null = JSON.parse(sessionStorage.getItem(pendingKey) ?? 'null');
  sessionStorage.removeItem(pendingKey);
  if (!pending || !isAnswerTo(pending, answer)) return 'failed';
  const error = answer.get('error');
  if (error)
    return /^((login|interaction|consent|account_selection)_required|access_denied)$/.test(error)
      ? 'not_now'
      : 'failed';
  const tokens = await redeem(pending, answer.get('code') ?? '', { clientId, redirectUri });
  if (!tokens) return 'failed';
  session = {
    accessToken: tokens.accessToken,
    subject: tokens.subject,
    expiresAt: tokens.expiresAt,
  };
  sessionStorage.setItem(sessionKey, JSON.stringify(session));
  sessionStorage.removeItem(silentKey);
  writeChoice(proofChoice, 'off');
  return 'signed_in';
};

/** Ends the session at the login too (OpenID Connect RP-Initiated Logout). No token goes into the address. */
export const leaveForSignOut = (): void => {
  sessionStorage.setItem(silentKey, '1');
  const query = new URLSearchParams({
    client_id: clientId,
    post_logout_redirect_uri: redirectUri,
    ui_locales: currentLanguage() === 'zh' ? 'zh-CN' : 'en',
  });
  location.assign(`/session/end?${query}`);
};
