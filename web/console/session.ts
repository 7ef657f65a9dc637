/**
 * Signing in as an official: authorization code with PKCE. The token lives in this page's memory alone; a reload asks the
 * login again, which remembers the office. It is renewed while somebody works, and never for a page left alone.
 */
import { useSyncExternalStore } from 'react';
import { currentLanguage } from '../shared/i18n.ts';
import { deviceSeconds } from '../shared/server-time.ts';
import { askingFor, isAnswerTo, newPending, type Pending, redeem } from '../shared/sign-in.ts';
import { forgetDrafts, keepDrafts, restoreDrafts } from './drafts.ts';

const clientId = 'onecert-console';
const redirectUri = `${location.origin}/console/`;
const pendingKey = 'onecert.console.pending';
const returnKey = 'onecert.console.return';

/** expired: it was there and has ended, by time, elsewhere, or with the post. */
export type SessionState = 'starting' | 'out' | 'failed' | 'in' | 'expired';

let state: SessionState = 'starting';
let token: { value: string; expiresAt: number } | undefined;
let renewing: Promise<boolean> | undefined;
let lastUsed = deviceSeconds();
const listeners = new Set<() => void>();

const become = (next: SessionState): void => {
  state = next;
  if (next !== 'in') token = undefined;
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useSessionState = (): SessionState => useSyncExternalStore(subscribe, () => state);

export const accessToken = (): string | undefined => token?.value;

export const expire = (): void => {
  if (state === 'in') become('expired');
};

const authorizationUrl = async (pending: Pending, prompt?: string): Promise<string> => {
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid office',
    resource: location.origin,
    ui_locales: currentLanguage() === 'zh' ? 'zh-CN' : 'en',
    ...(await askingFor(pending)),
    ...(prompt && { prompt }),
  });
  return `/auth?${query}`;
};

const take = async (pending: Pending, answer: URLSearchParams): Promise<boolean> => {
  const code = answer.get('code');
  if (!isAnswerTo(pending, answer) || code === null) return false;
  const signedIn = await redeem(pending, code, { clientId, redirectUri });
  if (!signedIn) return false;
  token = { value: signedIn.accessToken, expiresAt: signedIn.expiresAt };
  return true;
};

/** Asks the login without leaving the page: it is on this origin, so the answer's address can be read. */
const askSilently = async (): Promise<boolean> => {
  const pending = newPending();
  try {
    const { url } = await fetch(await authorizationUrl(pending, 'none'), {
      signal: AbortSignal.timeout(8_000),
      cache: 'no-store',
    });
    return await take(pending, new URL(url).searchParams);
  } catch {
    return false;
  }
};

/** Whether there is a fresh token now. Asked by several at once, done once. */
export const renew = (): Promise<boolean> => {
  renewing ??= askSilently().finally(() => {
    renewing = undefined;
  });
  return renewing;
};

/** Leaves the page for the login. What was typed, and the place, wait in this tab. */
export const startSignIn = async ({ chooseOffice = false } = {}): Promise<void> => {
  const pending = newPending();
  sessionStorage.setItem(pendingKey, JSON.stringify(pending));
  sessionStorage.setItem(returnKey, location.hash);
  keepDrafts();
  location.assign(await authorizationUrl(pending, chooseOffice ? 'select_account' : undefined));
};

/** Call once at the start: takes what the login brought back, or asks it silently. */
export const openSession = async (): Promise<void> => {
  const answer = new URLSearchParams(location.search);
  if (!answer.has('state')) return become((await renew()) ? 'in' : 'out');
  const pending: Pending | null = JSON.parse(sessionStorage.getItem(pendingKey) ?? 'null');
  history.replaceState(null, '', location.pathname + (sessionStorage.getItem(returnKey) ?? ''));
  window.dispatchEvent(new HashChangeEvent('hashchange'));
  sessionStorage.removeItem(pendingKey);
  sessionStorage.removeItem(returnKey);
  restoreDrafts();
  if (pending && (await take(pending, answer).catch(() => false))) return become('in');
  // "Not now" at the login leads back to where she was.
  const notNow = answer.get('error') === 'access_denied';
  become((await renew()) ? 'in' : notNow ? 'out' : 'failed');
};

/** Ends the session at the login too (OpenID Connect RP-Initiated Logout). */
export const signOut = (): void => {
  forgetDrafts();
  token = undefined;
  const query = new URLSearchParams({
    client_id: clientId,
    post_logout_redirect_uri: redirectUri,
    ui_locales: currentLanguage() === 'zh' ? 'zh-CN' : 'en',
  });
  location.assign(`/session/end?${query}`);
};

const renewBeforeSeconds = 150;
const workingSeconds = 300;

/** Renews the token of whoever works here, and lets that of a page left alone run out. Returns how to stop. */
export const keepSession = (): (() => void) => {
  const onUse = () => {
    lastUsed = deviceSeconds();
  };
  const timer = setInterval(async () => {
    if (state !== 'in' || !token) return;
    const left = token.expiresAt - deviceSeconds();
    const works = deviceSeconds() - lastUsed < workingSeconds;
    if (left <= 0 || (left < renewBeforeSeconds && works && !(await renew()) && left < 30)) expire();
  }, 10_000);
  for (const event of ['pointerdown', 'keydown']) window.addEventListener(event, onUse);
  return () => {
    clearInterval(timer);
    for (const event of ['pointerdown', 'keydown']) window.removeEventListener(event, onUse);
  };
};
