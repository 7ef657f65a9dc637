import { ProblemError, request, UnreachableError } from '../shared/request.ts';
import { currentSession } from './session.ts';
import type { TextKey } from './texts.ts';

/** A call of the holder's API with the session of this tab; a body makes it a POST. */
export const walletCall = <T>(path: string, json?: unknown): Promise<T> => {
  const token = currentSession()?.accessToken;
  if (!token) return Promise.reject(new UnreachableError('not signed in'));
  return request<T>(`/wallet/api${path}`, {
    token,
    ...(json === undefined ? {} : { method: 'POST', json }),
    timeoutSeconds: 15,
  });
};

/** What to say of a call that failed. */
export const failureKey = (error: unknown): TextKey =>
  error instanceof ProblemError ? (error.status === 401 ? 'signin.again' : 'error.server') : 'error.offline';
