/** Part of the composition root: what src/counters works with. */
import { createAnnotatedCopyDesk, type DeskDeps } from '../annotated-copies/index.ts';
import type { Config } from '../config.ts';
import { type Counters, createCounters } from '../counters/index.ts';
import type { Registration } from '../registration/index.ts';
import type { Storage } from '../storage/index.ts';

export const composeCounters = ({
  config,
  storage,
  registration,
  nonceSecret,
  ...given
}: Omit<DeskDeps, 'baseUrl' | 'ephemeral'> & {
  config: Config;
  storage: Storage;
  registration: Registration;
  nonceSecret: Uint8Array;
}): Counters => {
  const { accounts, audit, cases, catalogue, clock, credentials, items, officials } = given;
  const desk = { accounts, audit, cases, catalogue, clock, credentials, items, officials };
  const { baseUrl } = config;
  return createCounters({
    ...desk,
    storage,
    baseUrl,
    secret: nonceSecret,
    annotatedCopies: createAnnotatedCopyDesk({ ...desk, baseUrl, ephemeral: storage.ephemeral }),
    face: registration.pages.face,
    limits: config.counters,
  });
};
