/** Sends what the holder decided, as the verifier asked for it (OpenID4VP 1.0 §8.2, §8.3, §8.5). */
import { CompactEncrypt, importJWK } from 'jose';
import { request as ask } from '../../shared/request.ts';
import { mayAnswerTo, type OpenedRequest } from './open-request.ts';

/** The other side did not take it. */
export class NotTaken extends Error {}

export interface Sent {
  /** Where this browser is to go on. */
  goOnTo?: string;
  /** At a poster: what the counter asks for. */
  number?: string;
}

/** Either the presentations by id of the query, or that she does not want to. */
export const sendAnswer = async (
  request: OpenedRequest,
  answer: { presentations: Record<string, string[]> } | 'refused',
  token: string,
): Promise<Sent> => {
  const form = await formOf(request, answer);
  const text = await post(request.responseUri, form, token);
  const { redirect_uri: uri, number } = membersOf(text);
  return {
    ...(typeof uri === 'string' && mayAnswerTo(uri) ? { goOnTo: uri } : {}),
    ...(typeof number === 'string' ? { number } : {}),
  };
};

/** It has the answer by now, so whatever it says besides is no failure. */
const membersOf = (text: string): { redirect_uri?: unknown; number?: unknown } => {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
};

const formOf = async (
  { state, responseMode, encryption }: OpenedRequest,
  answer: { presentations: Record<string, string[]> } | 'refused',
): Promise<Record<string, string>> => {
  const back: Record<string, string> = state === undefined ? {} : { state };
  if (answer === 'refused') return { error: 'access_denied', ...back };
  if (responseMode === 'direct_post' || !encryption)
    return { vp_token: JSON.stringify(answer.presentations), ...back };
  const { key, enc } = encryption;
  const content = JSON.stringify({ vp_token: answer.presentations, ...back });
  const response = await new CompactEncrypt(new TextEncoder().encode(content))
    .setProtectedHeader({ alg: 'ECDH-ES', enc, ...(key.kid ? { kid: key.kid } : {}) })
    .encrypt(await importJWK(key, 'ECDH-ES'));
  return { response };
};

/** To this province directly; to others through the wallet's server, which passes on and keeps nothing. */
const post = async (url: string, form: Record<string, string>, token: string): Promise<string> => {
  if (new URL(url).origin === location.origin) {
    const answer = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams(form),
      // The address is the asker's choice: it gets no cookie of hers.
      credentials: 'omit',
      signal: AbortSignal.timeout(20_000),
    });
    if (!answer.ok) throw new NotTaken();
    return answer.text();
  }
  const { status, text } = await ask<{ status: number; text: string }>('/wallet/api/presentations/send', {
    method: 'POST',
    token,
    json: { url, form },
    timeoutSeconds: 20,
  });
  if (status !== 200) throw new NotTaken();
  return text;
};
