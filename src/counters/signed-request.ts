/** The device's own proof on every request (docs/counters.md §2): no token to steal, and refused from the next request on. */
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Versioned } from '../storage/index.ts';
import type { CounterContext } from './context.ts';
import type { CounterDocument } from './counter-store.ts';

export const proofAlgorithm = 'ES256';
export const proofSeconds = 300;

const scheme = /^Counter ([\w-]+\.[\w-]+\.[\w-]+)$/i;

/** The counter that signed this request. Throws unauthenticated, counter_ended. */
export const counterOf = async (
  { baseUrl, clock, ephemeral, store }: CounterContext,
  request: { authorization: string | undefined; method: string; path: string },
): Promise<Versioned<CounterDocument>> => {
  const proof = scheme.exec(request.authorization ?? '')?.[1];
  if (proof === undefined) throw new ServiceError('unauthenticated');
  const counter = await store.counters.get(keyIdOf(proof) ?? '');
  if (!counter?.key) throw new ServiceError('unauthenticated');
  const jti = await jwtVerify(proof, await importJWK({ ...counter.key }, proofAlgorithm), {
    typ: 'onecert-counter+jwt',
    algorithms: [proofAlgorithm],
    currentDate: new Date(clock.now()),
    maxTokenAge: 1, // and the tolerance, on either side of now
    clockTolerance: proofSeconds,
  }).then(
    ({ payload }) =>
      payload.htm === request.method && payload.htu === `${baseUrl}${request.path}` ? payload.jti : undefined,
    () => undefined,
  );
  if (typeof jti !== 'string' || !/^[\w-]{16,64}$/.test(jti)) throw new ServiceError('unauthenticated');
  const unused = await ephemeral
    .setIfAbsent(`counter-proof:${counter.id}:${jti}`, '1', 3 * proofSeconds)
    .catch((cause: unknown) => {
      throw new ServiceError('store_unavailable', { cause });
    });
  if (!unused) throw new ServiceError('unauthenticated');
  if (counter.state === 'revoked' || counter.until <= seconds(clock)) throw new ServiceError('counter_ended');
  return counter;
};

const keyIdOf = (proof: string): string | undefined => {
  try {
    return decodeProtectedHeader(proof).kid;
  } catch {
    return undefined;
  }
};
