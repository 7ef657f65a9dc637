import { seconds } from '../clock.ts';
import { type ErrorCode, ServiceError } from '../errors.ts';
import {
  checkCreditCode,
  documentKey,
  normaliseDocumentNumber,
  normaliseName,
} from '../identifiers/index.ts';
import { AlreadyExists, type Versioned } from '../storage/index.ts';
import { type Act, actingAccount, type EnterprisesContext } from './context.ts';
import { type Enterprise, type Post, powerProofing } from './enterprise.ts';
import { change, newId } from './enterprise-store.ts';
import { reconcile } from './reconcile-with-register.ts';
import type { EnterpriseRecord } from './register/enterprise-register.ts';
import { makeEvent, tell, withEvents } from './tell-events.ts';

/** The code in its one form, when its check character fits or an officer has accepted it on evidence. */
const readCode = async ({ store }: EnterprisesContext, text: string): Promise<string> => {
  const code = normaliseDocumentNumber(text);
  const check = checkCreditCode(code);
  if (check.ok) return code;
  if (check.fault === 'shape') throw new ServiceError('invalid_request', { detail: 'fields: creditCode' });
  const [override] = await store.overrides.find('creditCode', code);
  if (!override) throw new ServiceError('credit_code_faulty');
  return code;
};

/** Remembers where to look for the post that is about to be written. */
export const pointToMember = async (
  { store }: EnterprisesContext,
  enterprise: string,
  account: string,
): Promise<void> => {
  try {
    await store.members.insert({ id: `${enterprise}|${account}`, enterprise, account });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
};

const insertEnterprise = async (
  { store, clock }: EnterprisesContext,
  record: EnterpriseRecord,
): Promise<Versioned<Enterprise>> => {
  try {
    return await store.enterprises.insert({
      id: newId('ent'),
      creditCode: record.creditCode,
      name: record.name,
      region: record.region,
      state: 'active',
      term: 1,
      managers: [],
      createdAt: seconds(clock),
      untold: [],
    });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    return (await store.enterprises.find('creditCode', record.creditCode))[0]!;
  }
};

/** The enterprise of this code, written down when the register has it in force and nobody has opened it yet. */
export const knowEnterprise = async (
  context: EnterprisesContext,
  code: string,
): Promise<Versioned<Enterprise> | undefined> => {
  const creditCode = normaliseDocumentNumber(code);
  const [known] = await context.store.enterprises.find('creditCode', creditCode);
  if (known) return known;
  const { record } = await context.reconciler.ask(creditCode, true);
  return record?.state === '01' ? insertEnterprise(context, record) : undefined;
};

/**
 * Opens the account of an enterprise, or finds it, for the legal representative whom the register names now. After a
 * change of legal representative the new one opens it in the same way; nothing that ended comes back.
 */
export const openEnterprise = async (
  context: EnterprisesContext,
  act: Act,
  input: { creditCode: string },
): Promise<Versioned<Enterprise>> => {
  const { audit, store, clock } = context;
  const account = await actingAccount(context, act);
  const actor = `account:${account.id}`;
  const refuse = async (code: ErrorCode): Promise<never> => {
    await audit.append({
      action: 'enterprise.open_refused',
      actor,
      subject: account.id,
      result: 'refused',
      details: { reason: code },
      requestId: act.requestId,
    });
    throw new ServiceError(code);
  };
  if (account.proofingLevel < powerProofing) return refuse('proofing_too_low');
  const creditCode = await readCode(context, input.creditCode);
  const record = await askFresh(context, creditCode);
  if (!record) throw new ServiceError('not_in_register');
  if (record.state !== '01') throw new ServiceError('enterprise_not_active');
  const own = documentKey({ kind: account.documentKind, number: account.documentNumber });
  if (own !== documentKey(record.legalRep)) return refuse('not_legal_representative');
  if (normaliseName(account.name) !== normaliseName(record.legalRep.name)) {
    return refuse('register_entry_faulty');
  }

  const [known] = await store.enterprises.find('creditCode', creditCode);
  const found = known ?? (await insertEnterprise(context, record));
  await reconcile(context, found.id, { strict: true });
  await pointToMember(context, found.id, account.id);
  const post: Post = { id: newId('post'), account: account.id, since: seconds(clock) };
  const event = makeEvent(context, {
    action: 'enterprise.opened',
    actor,
    concerned: [account.id],
    enterprise: found.id,
    object: found.id,
    ...(act.requestId ? { requestId: act.requestId } : {}),
  });
  const { document, changed } = await change(store.enterprises, found.id, (current) => {
    if (current.legalRep?.account === account.id) return undefined;
    // Somebody else stands there although the register names this person: another answer came in between.
    if (current.legalRep) throw new ServiceError('conflict');
    const managers = current.managers.filter((manager) => manager.account !== account.id);
    const opened = { ...current, state: 'active' as const, name: record.name, legalRep: post, managers };
    return withEvents(opened, [event]);
  });
  return changed ? tell(context, store.enterprises, document, [event]) : document;
};

/** The register's answer, never one from before. */
const askFresh = async (
  { reconciler }: EnterprisesContext,
  creditCode: string,
): Promise<EnterpriseRecord | undefined> => {
  reconciler.answers.delete(creditCode);
  return (await reconciler.ask(creditCode, true)).record;
};
