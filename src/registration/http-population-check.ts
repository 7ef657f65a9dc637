/**
 * The population register over HTTP: `POST <url>/match` `{ holder: { kind, number }, name }` ->
 * `{ holder: { kind, number }, result: 'match' | 'mismatch' | 'unknown' }`. It answers yes or no and never a name; the
 * number goes in the body, since addresses end up in logs. The holder comes back so that an answer that belongs to
 * another question is noticed.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { canonicalDocumentKind, documentKey, normaliseDocumentNumber } from '../identifiers/index.ts';
import type { Identity } from './judge-identity.ts';
import type { PopulationAnswer, PopulationCheck } from './population-check.ts';

export interface HttpPopulationSettings {
  /** Base address, without the name of the call. */
  url: string;
  /** File with a bearer token, read once. */
  tokenFile?: string;
  /** For tests that do not want to wait. */
  timeoutMs?: number;
}

/** After some failures in a row nobody is made to wait any more. */
export interface Circuit {
  run<T>(work: () => Promise<T>): Promise<T>;
}

const attempts = 2;
const longestAnswer = 10_000;
const answerSchema = z.object({
  holder: z.object({ kind: z.string().max(10), number: z.string().max(40) }),
  result: z.enum(['match', 'mismatch', 'unknown']),
});

/** Not asked again: a second question would get the same nonsense. */
class WrongAnswer extends Error {}

const readLimited = async (response: Response): Promise<string> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > longestAnswer) throw new WrongAnswer('the answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};

const readAnswer = (text: string, asked: Identity): PopulationAnswer => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's message quotes what it read.
    throw new WrongAnswer('the register did not answer in JSON');
  }
  const parsed = answerSchema.safeParse(json);
  if (!parsed.success) throw new WrongAnswer('the register answered in another shape');
  const { holder, result } = parsed.data;
  const about = documentKey({
    kind: canonicalDocumentKind(holder.kind) ?? holder.kind,
    number: normaliseDocumentNumber(holder.number),
  });
  if (about !== documentKey(asked)) throw new WrongAnswer('the register answered about another person');
  return result;
};

export const openHttpPopulationCheck = (
  settings: HttpPopulationSettings & { circuit: Circuit },
): PopulationCheck => {
  const address = `${settings.url.replace(/\/$/, '')}/match`;
  const token = settings.tokenFile && readFileSync(settings.tokenFile, 'utf8').trim();

  const ask = async (identity: Identity): Promise<PopulationAnswer> => {
    const { kind, number, name } = identity;
    const response = await fetch(address, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify({ holder: { kind, number }, name }),
      redirect: 'error',
      signal: AbortSignal.timeout(settings.timeoutMs ?? 2_000),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`the register answered ${response.status}`);
    }
    return readAnswer(await readLimited(response), identity);
  };

  const askTwice = async (identity: Identity): Promise<PopulationAnswer> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await ask(identity);
      } catch (error) {
        if (error instanceof WrongAnswer || attempt === attempts) throw error;
      }
    }
  };

  return {
    adapter: 'http',
    async match(identity) {
      try {
        return await settings.circuit.run(() => askTwice(identity));
      } catch (cause) {
        throw new ServiceError('register_unavailable', { cause });
      }
    },
  };
};
