import { type ActContext, appendForEach } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { Conflict, type Storage, type Versioned } from '../storage/index.ts';
import { type Answer, answerObjection } from './answer-objection.ts';
import { type Filing, filedHere, type ObjectionDeps } from './dependencies.ts';
import { type Filed, fileObjection } from './file-objection.ts';
import { correctedBy, listObjections, showObjection } from './list-objections.ts';
import { filedBy, isOpen, type Objection, openObjectionStore } from './objection.ts';

export interface Objections {
  file(filing: Filing, input: Filed): Promise<{ shown: ShownObjection; isNew: boolean }>;
  list(filing: Filing): Promise<{ objections: ShownObjection[] }>;
  withdraw(filing: Filing, id: string): Promise<ShownObjection>;
  /** What waits in an office, oldest first; what a correction has put right waits no more. */
  waitingIn(unit: string): Promise<Versioned<Objection>[]>;
  get(id: string): Promise<Versioned<Objection> | undefined>;
  answer(
    objection: Versioned<Objection>,
    answer: Answer & { by: string; context: ActContext },
  ): Promise<Objection>;
  /** Her account closes: nobody is left to answer to. */
  closePerson(accountId: string, context: ActContext): Promise<void>;
  /** All of a person's, for her export. */
  of(accountId: string): Promise<Objection[]>;
}

export type ShownObjection = Awaited<ReturnType<typeof showObjection>>;

/** Declares its collection: create it before `storage.prepare()`. */
export const createObjections = ({
  storage,
  ...given
}: Omit<ObjectionDeps, 'store'> & { storage: Storage }): Objections => {
  const deps: ObjectionDeps = { ...given, store: openObjectionStore(storage) };
  const { store } = deps;
  const end = async (one: Versioned<Objection>, context: ActContext): Promise<Objection> => {
    const ended = await store.replace({ ...one, state: 'withdrawn' });
    await appendForEach(deps.audit, [one.account, one.holder], {
      action: 'objection.withdrawn',
      ...context,
      object: one.id,
      result: 'ok',
    });
    return ended;
  };
  return {
    async file(filing, input) {
      const { objection, isNew } = await fileObjection(deps, filing, input);
      return { shown: await showObjection(deps, objection), isNew };
    },
    list: (filing) => listObjections(deps, filing),
    async withdraw(filing, id) {
      const found = (await filedHere(deps, filing)).find((one) => one.id === id);
      if (!found) throw new ServiceError('not_found');
      if (found.state !== 'open') throw new ServiceError('conflict');
      try {
        return await showObjection(deps, await end(found, filing.context));
      } catch (error) {
        throw error instanceof Conflict ? new ServiceError('conflict') : error;
      }
    },
    async waitingIn(unit) {
      const waiting: Versioned<Objection>[] = [];
      for (let after: string | undefined; ; ) {
        const page = await store.find('unit', unit, { limit: 500, ...(after ? { after } : {}) });
        for (const one of page) if (isOpen(one) && !(await correctedBy(deps, one))) waiting.push(one);
        if (page.length < 500) return waiting.sort((a, b) => a.filedAt - b.filedAt);
        after = page.at(-1)!.id;
      }
    },
    get: (id) => store.get(id),
    answer: (objection, answer) => answerObjection(deps, objection, answer),
    async closePerson(accountId, context) {
      for (const one of await filedBy(store, accountId)) if (isOpen(one)) await end(one, context);
    },
    of: (accountId) => filedBy(store, accountId),
  };
};
