import { createHash, randomBytes } from 'node:crypto';
import { compactDecrypt, importJWK } from 'jose';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { Conflict, type Versioned } from '../storage/index.ts';
import type { PresentationDeps } from './dependencies.ts';
import { type Judged, judgeAnswer } from './judge-answer.ts';
import type { Presentation } from './presentation-store.ts';
import { encryption, publicKeyOf } from './request-parameters.ts';

/** A result that nobody fetched is gone after this. Seconds. */
export const resultSeconds = 300;

export interface AnswerForm {
  response?: string | undefined;
  vp_token?: string | undefined;
  state?: string | undefined;
  error?: string | undefined;
}

interface Answer {
  vpToken?: unknown;
  state?: unknown;
  error?: unknown;
}

export const codeHash = (code: string): string => createHash('sha256').update(code).digest('base64url');

/**
 * What a wallet sends to the response_uri (OpenID4VP 1.0 §8.2, §8.3.1): read, judged and kept for the app, once. Whatever
 * is wrong with it, the wallet hears the same: what the verifier found is the app's to know.
 */
export const acceptAnswer = async (
  deps: PresentationDeps,
  { reply, form, requestId }: { reply: string; form: AnswerForm; requestId: string | undefined },
): Promise<{ redirect_uri?: string; number?: string; until?: number }> => {
  const { presentations, clock } = deps;
  const [one] = await presentations.find('reply', reply);
  const now = seconds(clock);
  if (one?.state !== 'open' || now > one.until) throw new ServiceError('not_found');
  const answer = await readAnswer(one, form);
  if (answer?.state !== one.oauthState) throw new ServiceError('invalid_request');
  const judged = answer.error === undefined ? await judgeAnswer(deps, one, answer.vpToken) : undefined;
  const isGood = judged === undefined || judged.outcome.verdict.code === 'valid';
  // What was refused leads nowhere, so no browser brings a code for it: its verdict is there without, and has no field.
  const code = one.returnTo === undefined || !isGood ? undefined : randomBytes(24).toString('base64url');
  // Before it can be fetched: of two answers at once her log says both, and of none nothing.
  if (judged && one.poster === undefined) await note(deps, one, judged, requestId);
  await keep(deps, {
    ...one,
    state: judged ? 'answered' : 'refused',
    expiresAt: now + resultSeconds,
    // A poster's counter keeps it in its own inbox.
    ...(judged && one.poster === undefined ? { outcome: judged.outcome } : {}),
    ...(code === undefined ? {} : { responseCode: codeHash(code) }),
  });
  if (judged && one.poster !== undefined) return handOver(deps, one.poster, judged, requestId);
  if (!isGood) throw new ServiceError('invalid_request');
  if (one.returnTo === undefined || code === undefined) return {};
  const back = new URL(one.returnTo);
  back.searchParams.set('response_code', code);
  return { redirect_uri: back.href };
};

/** Of two answers at once one is taken: the key that could open another goes with it. */
const keep = async ({ presentations }: PresentationDeps, next: Versioned<Presentation>): Promise<void> => {
  const { decryption: _, ...kept } = next;
  try {
    await presentations.replace(kept);
  } catch (error) {
    if (error instanceof Conflict) throw new ServiceError('not_found');
    throw error;
  }
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const readAnswer = async (one: Presentation, form: AnswerForm): Promise<Answer | undefined> => {
  if (form.response !== undefined) return decryptAnswer(one, form.response);
  // §8.3: an error may come in the clear; a credential that was to be encrypted may not.
  if (form.error !== undefined) return { state: form.state, error: form.error };
  if (one.responseMode !== 'direct_post' || form.vp_token === undefined) return undefined;
  return { state: form.state, vpToken: jsonOf(form.vp_token) };
};

const decryptAnswer = async (one: Presentation, jwe: string): Promise<Answer | undefined> => {
  if (!one.decryption) return undefined;
  const { kid } = await publicKeyOf(one.decryption);
  const key = await importJWK(one.decryption, encryption.alg);
  const opened = await compactDecrypt(jwe, key, {
    keyManagementAlgorithms: [encryption.alg],
    contentEncryptionAlgorithms: [...encryption.enc],
  }).catch(() => undefined);
  if (!opened || (opened.protectedHeader.kid ?? kid) !== kid) return undefined;
  const content = jsonOf(new TextDecoder().decode(opened.plaintext));
  if (typeof content !== 'object' || content === null) return undefined;
  const { vp_token: vpToken, state, error } = content as Record<string, unknown>;
  return { vpToken, state, error };
};

/** To the counter of the poster; what an mdoc calls its elements is the type's own business, so only SD-JWT VCs are asked. */
const handOver = async (
  { posters }: PresentationDeps,
  poster: string,
  { outcome, shown }: Judged,
  requestId: string | undefined,
): Promise<{ number: string; until: number }> => {
  if (!posters || outcome.verdict.code !== 'valid') throw new ServiceError('invalid_request');
  const credentials = shown.map(({ verdict, credential }) => ({
    verdict,
    values: Object.fromEntries(
      credential.fields.map(({ path, value }) => [String(path[0]), value as string | number | boolean]),
    ),
  }));
  return posters.receive(poster, { credentials, ...(requestId === undefined ? {} : { requestId }) });
};

/** ZLB-6: who used it, for what, which fields, with what result; names and no value. */
const note = async (
  { audit }: PresentationDeps,
  one: Presentation,
  { shown }: Judged,
  requestId: string | undefined,
): Promise<void> => {
  for (const { credential, copy } of shown) {
    if (!copy) continue;
    const isGood = credential.verdict === 'valid';
    await audit.append({
      action: 'certificate.presented',
      actor: `client:${one.client}`,
      subject: copy.holder,
      object: copy.certificate.id,
      fields: credential.fields.map(({ path }) => String(path.at(-1))),
      result: isGood ? 'ok' : 'refused',
      details: { ...(one.item ? { item: one.item } : {}), verdict: credential.verdict },
      requestId,
    });
  }
};
