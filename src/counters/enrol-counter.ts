/** A lead makes a code, a device exchanges it for an identity of its own: the key that it made and cannot hand out. */
import { importJWK, jwtVerify } from 'jose';
import { seconds } from '../clock.ts';
import type { ActContext } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { Conflict, type Versioned } from '../storage/index.ts';
import { type Acting, actorOf, type CounterContext } from './context.ts';
import type { CounterDocument } from './counter-store.ts';
import { leadsCounter, reaches } from './find-counter.ts';
import { opaqueId, readableCode, typedCode } from './opaque-id.ts';
import { proofAlgorithm, proofSeconds } from './signed-request.ts';
import { worksFor } from './works-for.ts';

export interface Enrolment {
  counter: CounterDocument;
  /** `ABCD-EFGH`, told once. */
  code: string;
  code_until: number;
}

const codeSeconds = 600;
const day = 86_400;

const newCode = ({ hide, clock }: CounterContext) => {
  const code = readableCode(8);
  return {
    shown: `${code.slice(0, 4)}-${code.slice(4)}`,
    kept: { codeHash: hide('counter-code', code), codeUntil: seconds(clock) + codeSeconds },
  };
};

/** Throws invalid_request for one that is not handled at counters, or not by this unit. */
export const checkItems = async (
  { items, officials }: Pick<CounterContext, 'items' | 'officials'>,
  unit: string,
  codes: readonly string[],
): Promise<string[]> => {
  const organisation = await officials.tree.current();
  for (const code of new Set(codes)) {
    const item = items.find(code);
    const fits = item?.state === 'active' && item.handled !== 'online' && worksFor(organisation, unit, item);
    if (!fits) throw new ServiceError('invalid_request', { detail: `not an item of this counter: ${code}` });
  }
  return [...new Set(codes)];
};

export interface WantedCounter {
  name: string;
  unit: string;
  items: readonly string[];
  days: number;
}

export const proposeCounter = async (
  context: CounterContext,
  acting: Acting,
  wanted: WantedCounter,
): Promise<Enrolment> => {
  if (!(await reaches(context, acting, wanted.unit))) throw new ServiceError('not_found');
  return enterCounter(context, byLead(acting), wanted);
};

/** Also for the operator: whoever says so may. */
export const enterCounter = async (
  context: CounterContext,
  by: ActContext,
  wanted: WantedCounter,
): Promise<Enrolment> => {
  if (!(await context.officials.tree.current()).unit(wanted.unit)) throw new ServiceError('not_found');
  const code = newCode(context);
  const now = seconds(context.clock);
  const counter = await context.store.counters.insert({
    id: opaqueId('ct'),
    name: wanted.name,
    unit: wanted.unit,
    items: await checkItems(context, wanted.unit, wanted.items),
    state: 'waiting',
    until: now + wanted.days * day,
    ...code.kept,
    createdAt: now,
  });
  await record(context, by, 'counter.proposed', counter);
  return { counter, code: code.shown, code_until: code.kept.codeUntil };
};

/** For another device in the same place; the key before counts until the code is used. */
export const renewCode = async (context: CounterContext, acting: Acting, id: string): Promise<Enrolment> => {
  const counter = await leadsCounter(context, acting, id);
  if (counter.state === 'revoked') throw new ServiceError('counter_ended');
  const code = newCode(context);
  const replaced = await context.store.counters.replace({ ...counter, ...code.kept });
  await record(context, byLead(acting), 'counter.code_made', counter);
  return { counter: replaced, code: code.shown, code_until: code.kept.codeUntil };
};

export const byLead = ({ official, requestId }: Acting): ActContext => ({
  actor: actorOf(official.accountId),
  ...(requestId === undefined ? {} : { requestId }),
});

export const record = (
  { audit }: CounterContext,
  { actor, requestId }: ActContext,
  action: string,
  counter: Pick<CounterDocument, 'id' | 'unit'>,
  details: Record<string, string | number | boolean> = {},
) =>
  audit.append({
    action,
    actor,
    object: counter.id,
    result: 'ok',
    details: { unit: counter.unit, ...details },
    ...(requestId === undefined ? {} : { requestId }),
  });

/** Throws enrolment_code_wrong for anything but the living code with a proof by the very key. */
export const enrolDevice = async (
  context: CounterContext,
  input: { code: string; publicKey: NonNullable<CounterDocument['key']>; proof: string; requestId?: string },
): Promise<Versioned<CounterDocument>> => {
  const code = typedCode(input.code);
  const now = seconds(context.clock);
  if (!(await provesKey(context, input, code))) throw new ServiceError('enrolment_code_wrong');
  const [found] = await context.store.counters.find('codeHash', context.hide('counter-code', code));
  const lives = found && (found.codeUntil ?? 0) > now && found.state !== 'revoked' && found.until > now;
  if (!lives) throw new ServiceError('enrolment_code_wrong');
  const { codeHash: _used, codeUntil: _over, shift: _ended, ...kept } = found;
  try {
    const enrolled = await context.store.counters.replace({
      ...kept,
      state: found.state === 'stopped' ? 'stopped' : 'active',
      key: input.publicKey,
      enrolledAt: now,
      lastSeen: now,
    });
    await context.audit.append({
      action: 'counter.enrolled',
      actor: 'system',
      object: enrolled.id,
      result: 'ok',
      details: { unit: enrolled.unit },
      requestId: input.requestId,
    });
    return enrolled;
  } catch (error) {
    // Another device was quicker with the same code.
    if (error instanceof Conflict) throw new ServiceError('enrolment_code_wrong');
    throw error;
  }
};

const provesKey = async (
  { baseUrl, clock }: CounterContext,
  { publicKey, proof }: { publicKey: NonNullable<CounterDocument['key']>; proof: string },
  code: string,
): Promise<boolean> => {
  try {
    const { payload } = await jwtVerify(proof, await importJWK({ ...publicKey }, proofAlgorithm), {
      typ: 'onecert-counter-enrol+jwt',
      algorithms: [proofAlgorithm],
      currentDate: new Date(clock.now()),
      maxTokenAge: 1, // and the tolerance, on either side of now
      clockTolerance: proofSeconds,
    });
    return payload.htu === `${baseUrl}/counter/api/enrol` && payload.code === code;
  } catch {
    return false;
  }
};
