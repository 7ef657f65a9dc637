import type { Accounts, CapacitySource } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { normaliseDocumentNumber } from '../identifiers/index.ts';
import type { Items } from '../items/index.ts';
import type { Storage, Versioned } from '../storage/index.ts';
import { type AcceptCodeInput, acceptCreditCode, type CodeOverride } from './accept-credit-code.ts';
import { answerMandate } from './answer-mandate.ts';
import { appointManager } from './appoint-manager.ts';
import { closeDeadMandates } from './close-dead-mandates.ts';
import { closePerson, type Holdings, holdingsOf } from './close-person.ts';
import { type Act, actingAccount, type EnterprisesContext, type NamedPerson } from './context.ts';
import { endMandate } from './end-mandate.ts';
import { type Enterprise, type Mandate, postOf } from './enterprise.ts';
import { findAll, openEnterpriseStore } from './enterprise-store.ts';
import { createCapacities, powerStands } from './find-capacities.ts';
import { type GiveMandateInput, giveMandate, type MandateTerms, nameAgentStaff } from './give-mandate.ts';
import { knowEnterprise, openEnterprise } from './open-enterprise.ts';
import { createReconciler, reconcile } from './reconcile-with-register.ts';
import type { EnterpriseRegister } from './register/enterprise-register.ts';
import { removeManager } from './remove-manager.ts';
import { type EndListener, type Notice, tellPending } from './tell-events.ts';

export interface EnterprisesDeps {
  storage: Storage;
  clock: Clock;
  accounts: Accounts;
  audit: Audit;
  items: Items;
  register: EnterpriseRegister;
}

export interface ReconcileReport {
  enterprises: number;
  /** Their register did not answer; the next turn asks again. */
  unanswered: number;
  mandatesEnded: number;
  eventsTold: number;
}

export interface Enterprises {
  /** What the login asks: NET-3. */
  capacities: CapacitySource;
  register: EnterpriseRegister;
  context: EnterprisesContext;
  open(act: Act, input: { creditCode: string }): Promise<Enterprise>;
  appointManager(act: Act, input: { enterprise: string; person: NamedPerson }): Promise<Enterprise>;
  removeManager(act: Act, input: { enterprise: string; post: string }): Promise<Enterprise>;
  giveMandate(act: Act, input: GiveMandateInput): Promise<Mandate>;
  nameAgentStaff(act: Act, input: MandateTerms & { mandate: string; person: NamedPerson }): Promise<Mandate>;
  answerMandate(act: Act, input: { mandate: string; answer: 'accept' | 'decline' }): Promise<Mandate>;
  endMandate(act: Act, input: { mandate: string }): Promise<Mandate>;
  /**
   * The enterprise of this code: one that nobody has opened yet is written down as the register has it, so that a
   * certificate can be issued to it. It gives nobody a power. Undefined: not registered, or not in force.
   */
  know(creditCode: string): Promise<Enterprise | undefined>;
  /** Whether a power is there, as the store has it: no register is asked. */
  stands(accountId: string, ref: string): Promise<boolean>;
  acceptCreditCode(input: AcceptCodeInput): Promise<CodeOverride>;
  /** Enterprises in which the person has a post, as the register confirms them. */
  mine(act: Act): Promise<Enterprise[]>;
  /** Mandates the person holds herself, open and ended. */
  myMandates(act: Act): Promise<Mandate[]>;
  /** For whoever has a post there; `forbidden` for others. */
  get(act: Act, enterprise: string): Promise<Enterprise>;
  /** Mandates this enterprise gave, and those it holds or hands on as an agent firm. */
  mandatesOf(act: Act, enterprise: string): Promise<{ given: Mandate[]; received: Mandate[] }>;
  myNotices(act: Act): Promise<Notice[]>;
  /** For operators: by id or credit code. */
  find(idOrCode: string): Promise<Enterprise | undefined>;
  list(page?: { after?: string; limit?: number }): Promise<Enterprise[]>;
  givenBy(enterprise: string): Promise<Mandate[]>;
  /**
   * One turn of the periodic job: compares the next enterprises with the register, writes down what has ended and
   * tells what a crash left untold.
   */
  reconcileWithRegister(): Promise<ReconcileReport>;
  /** Posts and mandates of a person, as the store has them: for her export. */
  holdingsOf(accountId: string): Promise<Holdings>;
  /** Ends all of them: her account closes. */
  closePerson(accountId: string, actor: string): Promise<{ posts: number; mandates: number }>;
  /** Called for every capacity that ends, in the process where it ends. */
  onEnded(listener: EndListener): () => void;
}

/** Enterprises of one turn; the next turn goes on behind them. */
const perTurn = 500;

const createPeriodicJob = (context: EnterprisesContext) => {
  let after: string | undefined;
  return async (): Promise<ReconcileReport> => {
    const page = await context.store.enterprises.list({ after, limit: perTurn });
    after = page.length < perTurn ? undefined : page.at(-1)!.id;
    let [unanswered, mandatesEnded] = [0, 0];
    for (const { id } of page) {
      let enterprise = await context.store.enterprises.get(id);
      try {
        enterprise = (await reconcile(context, id))?.enterprise;
      } catch (error) {
        if (!(error instanceof ServiceError && error.code === 'register_unavailable')) throw error;
        unanswered += 1;
      }
      if (enterprise) mandatesEnded += await closeDeadMandates(context, enterprise);
    }
    return { enterprises: page.length, unanswered, mandatesEnded, eventsTold: await tellPending(context) };
  };
};

/** Declares its collections: create it before `storage.prepare()`. */
export const createEnterprises = (deps: EnterprisesDeps): Enterprises => {
  const { accounts, audit, clock, items, register, storage } = deps;
  const store = openEnterpriseStore(storage);
  const context: EnterprisesContext = {
    accounts,
    audit,
    clock,
    items,
    register,
    store,
    ephemeral: storage.ephemeral,
    reconciler: createReconciler(register, clock),
    listeners: new Set(),
  };
  const withPost = async (act: Act, id: string): Promise<Versioned<Enterprise>> => {
    const account = await actingAccount(context, act);
    const confirmed = await reconcile(context, id);
    if (!confirmed || !postOf(confirmed.enterprise, account.id)) throw new ServiceError('not_found');
    return confirmed.enterprise;
  };
  return {
    capacities: createCapacities(context),
    register,
    context,
    open: (act, input) => openEnterprise(context, act, input),
    appointManager: (act, input) => appointManager(context, act, input),
    removeManager: (act, input) => removeManager(context, act, input),
    giveMandate: (act, input) => giveMandate(context, act, input),
    nameAgentStaff: (act, input) => nameAgentStaff(context, act, input),
    answerMandate: (act, input) => answerMandate(context, act, input),
    endMandate: (act, input) => endMandate(context, act, input),
    know: (creditCode) => knowEnterprise(context, creditCode),
    stands: (accountId, ref) => powerStands(context, accountId, ref),
    acceptCreditCode: (input) => acceptCreditCode(context, input),
    async mine(act) {
      const { id } = await actingAccount(context, act);
      const found: Enterprise[] = [];
      for (const { enterprise } of await findAll(store.members, 'account', id)) {
        const confirmed = await reconcile(context, enterprise);
        if (confirmed && postOf(confirmed.enterprise, id)) found.push(confirmed.enterprise);
      }
      return found;
    },
    async myMandates(act) {
      const { id } = await actingAccount(context, act);
      return findAll(store.mandates, 'person', id);
    },
    get: withPost,
    async mandatesOf(act, enterprise) {
      const { id } = await withPost(act, enterprise);
      return {
        given: await findAll(store.mandates, 'enterprise', id),
        received: await findAll(store.mandates, 'agent', id),
      };
    },
    async myNotices(act) {
      const { id } = await actingAccount(context, act);
      const notices = await findAll(store.notices, 'account', id);
      return notices.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
    },
    async find(idOrCode) {
      const byId = await store.enterprises.get(idOrCode);
      return byId ?? (await store.enterprises.find('creditCode', normaliseDocumentNumber(idOrCode)))[0];
    },
    list: (page) => store.enterprises.list(page),
    givenBy: (enterprise) => findAll(store.mandates, 'enterprise', enterprise),
    reconcileWithRegister: createPeriodicJob(context),
    holdingsOf: (accountId) => holdingsOf(context, accountId),
    closePerson: (accountId, actor) => closePerson(context, accountId, actor),
    onEnded(listener) {
      context.listeners.add(listener);
      return () => void context.listeners.delete(listener);
    },
  };
};
