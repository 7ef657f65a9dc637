import type { Account, Accounts } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import { type Clock, seconds } from '../clock.ts';
import type { Catalogue, Credentials, ProofCheck } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import type { PopulationCheck } from '../registration/index.ts';
import type { Storage } from '../storage/index.ts';
import { addChild, type NamedPerson } from './add-child.ts';
import { dayOf } from './age.ts';
import { acceptInvitation, endLink, keepGuardian, refuseInvitation } from './answer-link.ts';
import { closeLink } from './close-link.ts';
import { confirmGuardians } from './confirm-guardians.ts';
import {
  type Act,
  actsFor,
  type CounterAct,
  type FamiliesContext,
  linkStands,
  settledFamily,
} from './context.ts';
import { type EndReason, isOpen, type Link } from './family.ts';
import { actorsFor, familyOf, guardiansUntil, openFamilyStore } from './family-store.ts';
import { inviteRelative } from './invite-relative.ts';
import {
  type CounterInput,
  decideRecord,
  finishRecord,
  recordAtCounter,
  waitingRecords,
} from './record-at-counter.ts';
import type { GuardianRegister } from './register/guardian-register.ts';
import {
  addFamilyCertificate,
  issueFamilyCopies,
  listFamilyCertificates,
  revealFamilyFields,
} from './show-certificates.ts';
import { tellPending } from './tell-events.ts';
import { type FamilyView, type RecordView, writeFamily, writeRecord } from './write-views.ts';

export interface FamiliesDeps {
  storage: Storage;
  accounts: Accounts;
  audit: Audit;
  catalogue: Catalogue;
  clock: Clock;
  credentials: Credentials;
  guardians: GuardianRegister;
  population: PopulationCheck;
  checkProofs: ProofCheck;
}

export interface Families {
  /** Both sides of a person's links, masked, those that are over by the clock ended. */
  of(accountId: string): Promise<FamilyView>;
  addChild(act: Act, child: NamedPerson): Promise<Link>;
  invite(act: Act, person: { kind: string; number: string }): Promise<Link>;
  accept(act: Act, link: string): Promise<void>;
  refuse(act: Act, link: string): Promise<void>;
  /** The child keeps her guardian beyond 14. */
  keep(act: Act, link: string): Promise<void>;
  end(act: Act, link: string): Promise<void>;
  /** Whether the power of a link (`f:<link>`) is this person's at this moment. */
  stands(accountId: string, power: string): Promise<boolean>;
  /** For whom she may act under a link at this moment. */
  actsFor(accountId: string, link: string): Promise<Account | undefined>;
  /**
   * Every link of a person on both sides, and what waits for her at a counter; the other side is told. For a closed
   * account, also when her data key is gone. Returns how many links.
   */
  endAllOf(accountId: string, reason: EndReason, by: string): Promise<number>;
  certificates: {
    list(act: Act, link: string): ReturnType<typeof listFamilyCertificates>;
    add(act: Act, input: { link: string; type: string }): ReturnType<typeof addFamilyCertificate>;
    reveal(act: Act, input: { link: string; certificate: string }): ReturnType<typeof revealFamilyFields>;
    issue(act: Act, input: Parameters<typeof issueFamilyCopies>[2]): ReturnType<typeof issueFamilyCopies>;
  };
  counter: {
    record(act: CounterAct, input: CounterInput): Promise<RecordView>;
    /** Of one unit. */
    waiting(unit: string): Promise<RecordView[]>;
    decide(act: CounterAct, input: { record: string; decision: 'confirm' | 'decline' }): Promise<RecordView>;
  };
  guardians: GuardianRegister;
  /** One turn of the periodic job: what the clock has ended, and what a crash left. */
  settle(): Promise<{ families: number; told: number; records: number }>;
}

/** Families of one turn; the next goes on behind them. What the clock has ended is dead before it is written down. */
const perTurn = 500;
/** Birthdays are looked for by their day, so that copies end in the minute; further back the walk finds them. */
const daysBack = 3;

const createSettling = (context: FamiliesContext): Families['settle'] => {
  const { store } = context;
  let after: string | undefined;
  return async () => {
    const page = await store.families.list({ limit: perTurn, ...(after ? { after } : {}) });
    after = page.length < perTurn ? undefined : page.at(-1)!.id;
    let answers = true;
    for (const { id } of page) {
      const family = await settledFamily(context, id);
      // A register that is down is not asked for each of them.
      if (family && answers) answers = await confirmGuardians(context, family);
    }
    for (let back = 0; back < daysBack; back += 1) {
      const birthday = dayOf(seconds(context.clock) - back * 86_400);
      for (const actor of await guardiansUntil(store, birthday)) await settledFamily(context, actor);
    }
    let records = 0;
    for (const record of await store.records.find('pending', 'yes', { limit: 100 })) {
      await finishRecord(context, record).catch((error: unknown) => {
        if (!(error instanceof ServiceError)) throw error;
      });
      records += 1;
    }
    return { families: page.length, told: await tellPending(context), records };
  };
};

/** Declares its collections: create it before `storage.prepare()`. */
export const createFamilies = (deps: FamiliesDeps): Families => {
  const { storage, ...rest } = deps;
  const context: FamiliesContext = { ...rest, ephemeral: storage.ephemeral, store: openFamilyStore(storage) };
  const { store } = context;
  return {
    of: (accountId) => writeFamily(context, accountId),
    addChild: (act, child) => addChild(context, act, child),
    invite: (act, person) => inviteRelative(context, act, person),
    accept: (act, link) => acceptInvitation(context, act, link),
    refuse: (act, link) => refuseInvitation(context, act, link),
    keep: (act, link) => keepGuardian(context, act, link),
    end: (act, link) => endLink(context, act, link),
    stands: (accountId, power) => linkStands(context, accountId, power.slice(2)),
    actsFor: (accountId, link) => actsFor(context, accountId, link),
    async endAllOf(accountId, reason, by) {
      let ended = 0;
      for (const actor of [accountId, ...(await actorsFor(store, accountId))]) {
        for (const link of (await familyOf(store, actor))?.links ?? []) {
          // Somebody else's invitation runs out by itself: its end must not tell that there was an account.
          const hers = actor === accountId || (link.holder === accountId && link.state === 'active');
          if (!isOpen(link) || !hers) continue;
          if (await closeLink(context, { actor, link: link.id, reason, by })) ended += 1;
        }
      }
      // Its evidence is sealed with a key that goes; what was recorded stays in the audit.
      for (const record of await waitingRecords(context))
        if ([record.actor, record.holder].includes(accountId)) await store.records.delete(record.id);
      return ended;
    },
    certificates: {
      list: (act, link) => listFamilyCertificates(context, act, link),
      add: (act, input) => addFamilyCertificate(context, act, input),
      reveal: (act, input) => revealFamilyFields(context, act, input),
      issue: (act, input) => issueFamilyCopies(context, act, input),
    },
    counter: {
      record: async (act, input) => writeRecord(context, await recordAtCounter(context, act, input)),
      async waiting(unit) {
        const hers = (await waitingRecords(context)).filter((record) => record.unit === unit);
        return Promise.all(hers.map((record) => writeRecord(context, record)));
      },
      decide: async (act, input) => writeRecord(context, await decideRecord(context, act, input)),
    },
    guardians: context.guardians,
    settle: createSettling(context),
  };
};
