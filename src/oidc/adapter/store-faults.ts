/** A store that is down is 503 temporarily_unavailable, never an invalid_* that makes an app throw its tokens away. */
import { errors } from 'oidc-provider';
import type { Logger } from 'pino';

/** RFC 6749 §4.1.2.1 temporarily_unavailable, with the status that says so. */
export const temporarilyUnavailable = (cause: unknown): Error => {
  const error = new errors.CustomOIDCProviderError('temporarily_unavailable', 'try again in a moment');
  return Object.assign(error, { status: 503, statusCode: 503, expose: true, cause });
};

const isProgrammingError = (error: unknown): boolean =>
  error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;

/** Runs `work`; whatever is neither the protocol's own error nor a fault of the program is temporarily_unavailable. */
export const whileStoreAnswers = <T>(logger: Logger, work: () => Promise<T>): Promise<T> =>
  work().catch((error: unknown) => {
    if (error instanceof errors.OIDCProviderError || isProgrammingError(error)) throw error;
    logger.error({ err: error }, 'store failed under the login');
    throw temporarilyUnavailable(error);
  });
