import { createHmac } from 'node:crypto';
import type { Router } from 'express';
import type { ActContext } from '../credentials/index.ts';
import type { Storage } from '../storage/index.ts';
import type { CounterContext } from './context.ts';
import { openCounterStore, type Poster } from './counter-store.ts';
import { enterCounter, proposeCounter, renewCode, type WantedCounter } from './enrol-counter.ts';
import { closeFlag, listFlags } from './flags.ts';
import {
  endCounter,
  listCounters,
  type RevokeReason,
  resumeCounter,
  revokeCounter,
  setItems,
  writeCounter,
} from './manage-counters.ts';
import { hasPin, setPin } from './officers.ts';
import { openCase } from './open-case.ts';
import { posterRoutes } from './poster-routes.ts';
import {
  allowedBy,
  closeHolderInbox,
  endPoster,
  listPosters,
  makePoster,
  type Presented,
  receive,
  standing,
} from './posters.ts';
import { counterRoutes } from './routes.ts';

export interface CountersDeps extends Omit<CounterContext, 'ephemeral' | 'hide' | 'store'> {
  storage: Storage;
  /** 32 bytes shared by all processes. */
  secret: Uint8Array;
}

type Input<F extends (context: CounterContext, acting: never, input: never) => unknown> = Parameters<F>[2];
type Act = Parameters<typeof proposeCounter>[1];

/** Declares its collections: call before `storage.prepare()`. */
export const createCounters = ({ storage, secret, ...given }: CountersDeps) => {
  const key = createHmac('sha256', secret).update('counters').digest();
  const context: CounterContext = {
    ...given,
    ephemeral: storage.ephemeral,
    store: openCounterStore(storage),
    hide: (kind, value) => createHmac('sha256', key).update(`${kind}|${value}`).digest('base64url'),
  };
  const enrolled = async ({ counter, ...code }: Awaited<ReturnType<typeof proposeCounter>>) => ({
    counter: await writeCounter(context, counter),
    ...code,
  });
  return {
    /** What a lead or an officer does in her own office; each throws not_found outside her reach. */
    desk: {
      list: (acting: Act) => listCounters(context, acting),
      propose: async (acting: Act, input: Input<typeof proposeCounter>) =>
        enrolled(await proposeCounter(context, acting, input)),
      renewCode: async (acting: Act, id: string) => enrolled(await renewCode(context, acting, id)),
      setItems: (acting: Act, input: Input<typeof setItems>) => setItems(context, acting, input),
      revoke: (acting: Act, input: Input<typeof revokeCounter>) => revokeCounter(context, acting, input),
      resume: (acting: Act, id: string) => resumeCounter(context, acting, id),
      flags: (acting: Act) => listFlags(context, acting),
      closeFlag: (acting: Act, input: Input<typeof closeFlag>) => closeFlag(context, acting, input),
      posters: (acting: Act) => listPosters(context, acting),
      makePoster: (acting: Act, input: Input<typeof makePoster>) => makePoster(context, acting, input),
      endPoster: (acting: Act, id: string) => endPoster(context, acting, id),
      setPin: (acting: Act, pin: string) => setPin(context, acting, pin),
      hasPin: (acting: Act) => hasPin(context, acting),
      openCase: (acting: Act, input: Input<typeof openCase>) => openCase(context, acting, input),
    },
    /** For the verifier of presentations (docs/counters.md §5). */
    posters: {
      /** One that receives now: it, its counter and its item stand. */
      async find(id: string): Promise<Pick<Poster, 'item' | 'unit'> | undefined> {
        const found = await standing(context, id);
        return found?.receives ? found.poster : undefined;
      },
      allowed: (poster: Pick<Poster, 'item'>) => allowedBy(context, poster),
      receive: (id: string, presented: Presented) => receive(context, id, presented),
    },
    /** For the operator's command. */
    operator: {
      list: () => listCounters(context),
      enrol: async (by: ActContext, wanted: WantedCounter) =>
        enrolled(await enterCounter(context, by, wanted)),
      revoke: (by: ActContext, input: { id: string; reason: RevokeReason }) => endCounter(context, by, input),
    },
    /** Her account closes: her PIN, and what of hers waits in an inbox. */
    async closePerson(account: string): Promise<void> {
      await context.store.pins.delete(account);
      await closeHolderInbox(context, account);
    },
    routes: (): Router[] => [counterRoutes(context), posterRoutes(context)],
  };
};

export type Counters = ReturnType<typeof createCounters>;
