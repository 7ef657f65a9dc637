/**
 * One question to a register over HTTP: a POST, because addresses end up in logs. A circuit keeps a dead register from
 * making everybody wait; what it answers is read up to a limit and checked, and never quoted.
 */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import { createCircuit } from './circuit.ts';

/** Throws ServiceError register_unavailable when it is slow, down, or answers nonsense. */
export type AskRegister = <T>(call: string, question: object, answer: z.ZodType<T>) => Promise<T>;

const timeoutMs = 2_000;

const readLimited = async (response: Response, limit: number): Promise<string> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > limit) throw new Error('the answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes what it read.
    throw new Error('the register did not answer in JSON');
  }
};

export const createAskRegister = (settings: {
  /** Base address, without the name of the call. */
  url: string;
  /** File with a bearer token, read once. */
  tokenFile?: string;
  clock: Clock;
  longestAnswer?: number;
}): AskRegister => {
  const base = settings.url.replace(/\/$/, '');
  const token = settings.tokenFile && readFileSync(settings.tokenFile, 'utf8').trim();
  const circuit = createCircuit(settings);
  return async (call, question, answer) => {
    try {
      return await circuit.run(async () => {
        const response = await fetch(`${base}/${call}`, {
          method: 'POST',
          headers: {
            accept: 'application/json',
            'content-type': 'application/json',
            ...(token ? { authorization: `Bearer ${token}` } : {}),
          },
          body: JSON.stringify(question),
          redirect: 'error',
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (!response.ok) {
          await response.body?.cancel();
          throw new Error(`the register answered ${response.status}`);
        }
        const parsed = answer.safeParse(
          readJson(await readLimited(response, settings.longestAnswer ?? 1_000_000)),
        );
        if (!parsed.success) throw new Error('the register answered in another shape');
        return parsed.data;
      });
    } catch (cause) {
      throw new ServiceError('register_unavailable', { cause });
    }
  };
};
