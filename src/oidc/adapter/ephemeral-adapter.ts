/** Sign-in interactions live ten minutes and may be lost: they are kept in short memory. */
import type { AdapterPayload } from 'oidc-provider';
import type { Ephemeral } from '../../storage/index.ts';
import type { ModelAdapter } from './create-adapter.ts';
import { keyOf } from './oidc-store.ts';

const withoutSessionCookie = (payload: AdapterPayload): AdapterPayload => {
  if (payload.session?.cookie === undefined) return payload;
  // Nothing reads it, and it is the session's bearer secret.
  const { cookie: _cookie, ...session } = payload.session;
  return { ...payload, session };
};

export const createEphemeralAdapter = (model: string, ephemeral: Ephemeral): ModelAdapter => {
  const keyFor = (id: string): string => `oidc:${model}:${keyOf(id)}`;
  const unused = (): Promise<never> => Promise.reject(new TypeError(`${model} is not used in this way`));
  return {
    async upsert(id, payload, ttl) {
      await ephemeral.set(keyFor(id), JSON.stringify(withoutSessionCookie(payload)), Math.max(1, ttl ?? 600));
    },
    async find(id) {
      const text = await ephemeral.get(keyFor(id));
      return text === undefined ? undefined : (JSON.parse(text) as AdapterPayload);
    },
    findByUid: unused,
    consume: unused,
    destroy: (id) => ephemeral.delete(keyFor(id)),
    revokeByGrantId: unused,
  };
};
