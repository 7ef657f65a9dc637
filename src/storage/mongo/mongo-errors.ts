import { ServiceError } from '../../errors.ts';

const DUPLICATE_KEY = 11000;

/** The index that refused a write, or undefined when the failure is another. The server's message holds the value: it goes no further. */
export function duplicateIndex(error: unknown): string | undefined {
  const { code, keyPattern, message } = error as { code?: unknown; keyPattern?: object; message?: string };
  if (code !== DUPLICATE_KEY) return undefined;
  const path = keyPattern ? Object.keys(keyPattern)[0] : /index: (\S+)/.exec(message ?? '')?.[1];
  if (!path || path.startsWith('_id')) return 'id';
  return path.replace(/^(?:k\.|unique\|)/, '');
}

/** True when the write may or may not have happened: the answer was lost, or the majority did not confirm in time. */
export function isUnknownOutcome(error: unknown): boolean {
  const { name, hasErrorLabel } = error as { name?: string; hasErrorLabel?: (label: string) => boolean };
  if (name === 'MongoWriteConcernError' || name?.startsWith('MongoNetwork')) return true;
  return typeof hasErrorLabel === 'function' && hasErrorLabel.call(error, 'RetryableWriteError');
}

/**
 * The engine's own failures become `store_unavailable`; mistakes in our queries and our own errors pass. What a server
 * answers can quote the document: of that only the code goes on.
 */
export function asServiceError(error: unknown): unknown {
  const { name, message, code, codeName } = error as {
    name?: string;
    message?: string;
    code?: number;
    codeName?: string;
  };
  if (!name || !/^(Mongo|BSON)/.test(name)) return error;
  const said = code === undefined ? message : `${code} ${codeName ?? ''}`;
  return new ServiceError('store_unavailable', { cause: new Error(`${name}: ${said}`) });
}
