import type { LocalText } from '../../src/verifier/core/verdict.ts';
import { noteServerDate } from './server-time.ts';

/** No answer came: no network, or too slow to wait for. */
export class UnreachableError extends Error {}

/** The service answered with a problem (application/problem+json, or an OAuth error object). */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly sentence: LocalText | undefined;

  constructor(status: number, code: string, sentence?: LocalText) {
    super(code);
    this.status = status;
    this.code = code;
    this.sentence = sentence;
  }
}

interface Options {
  method?: 'GET' | 'POST';
  token?: string;
  /** The whole Authorization header, where it is no bearer token. */
  authorization?: string;
  json?: unknown;
  form?: URLSearchParams;
  timeoutSeconds?: number;
  /** The same key is the same act, however often it is sent. */
  idempotencyKey?: string;
}

/** One request, one answer, never without an end. `navigator.onLine` is not asked: it lies. */
export const request = async <T>(url: string, options: Options = {}): Promise<T> => {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (options.token) headers.authorization = `Bearer ${options.token}`;
  if (options.authorization) headers.authorization = options.authorization;
  if (options.idempotencyKey) headers['idempotency-key'] = options.idempotencyKey;
  if (options.json !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(url, {
      method: options.method ?? 'GET',
      headers,
      body: options.form ?? (options.json === undefined ? undefined : JSON.stringify(options.json)),
      cache: 'no-store',
      signal: AbortSignal.timeout((options.timeoutSeconds ?? 6) * 1000),
    });
  } catch (cause) {
    throw new UnreachableError('unreachable', { cause });
  }
  noteServerDate(response);
  const body = await response.json().catch(() => undefined);
  if (!response.ok) throw problemOf(response.status, body);
  return body as T;
};

const problemOf = (status: number, body: Record<string, unknown> | undefined): ProblemError => {
  const { title, detail_zh: zh, code, error } = body ?? {};
  const sentence =
    typeof title === 'string' ? { en: title, zh: typeof zh === 'string' ? zh : title } : undefined;
  return new ProblemError(status, String(code ?? error ?? status), sentence);
};
