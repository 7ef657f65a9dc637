/**
 * CTR-4 and SHR-1: a person without a phone. Her ID card is read, an open case of an item that lists the type is named, and
 * a face check or a second officer says that she is here. A reason in words opens nothing.
 */
import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts/index.ts';
import { seconds } from '../clock.ts';
import type { Certificate, CertificateState } from '../credentials/index.ts';
import { errorEntry, ServiceError } from '../errors.ts';
import { isSameName, isSampleFaceCheck } from '../registration/index.ts';
import { countHolder } from './bulk-guard.ts';
import { actorOf, type CounterContext, type OnShift } from './context.ts';
import {
  allowedFields,
  type Look,
  logLook,
  namesOf,
  requireItem,
  type ShownRecord,
  showRecord,
} from './item-fields.ts';
import { provePin } from './officers.ts';
import { opaqueId } from './opaque-id.ts';

export type Presence = { faceSession: string } | { officer: string; pinKey: string };

export interface WithoutPhoneInput {
  item: string;
  case: string;
  type: string;
  fields?: readonly string[] | undefined;
  document: { kind: string; number: string; name: string };
  presence: Presence;
}

/** domain.md §9, in words for the officer. */
const stateNames = {
  '01': { zh: '有效', en: 'In force' },
  '02': { zh: '暂扣', en: 'Suspended' },
  '03': { zh: '撤销', en: 'Withdrawn' },
  '04': { zh: '注销', en: 'Cancelled' },
  '05': { zh: '失效', en: 'Lapsed' },
  '06': { zh: '办理转出', en: 'Moved out' },
  '07': { zh: '吊销', en: 'Revoked' },
  '99': { zh: '其他', en: 'Other' },
} as const;

/** Past its last day it has lapsed, whether or not somebody has written so. */
const stateNow = ({ state, validUntil }: Certificate, now: number): CertificateState =>
  state === '01' && validUntil !== undefined && validUntil <= now ? '05' : state;

const faceKey = (counter: string, session: string): string => `counter-face:${counter}:${session}`;

/** A session for the camera of this counter; ten minutes, for one look. */
export const beginFaceSession = async (
  { face, ephemeral }: CounterContext,
  { counter }: OnShift,
  sample?: 'match' | 'no_match',
): Promise<{ face_session: string }> => {
  if (!face) throw new ServiceError('not_found', { detail: 'nothing that compares faces is connected' });
  const session = randomBytes(24).toString('base64url');
  await ephemeral.set(faceKey(counter.id, session), '1', 600);
  if (sample && isSampleFaceCheck(face)) await face.click(session, sample);
  return { face_session: session };
};

export const lookWithoutPhone = async (context: CounterContext, shift: OnShift, input: WithoutPhoneInput) => {
  const id = opaqueId('cl');
  const item = await requireItem(context, shift, { id, code: input.item });
  const { kind, number, name } = input.document;
  const account = await context.accounts.findByDocument(kind, number);
  // The same answer for a number nobody has and a name that is another's: a counter is no way to try numbers.
  if (account?.state !== 'active' || !isSameName(account.name, name)) {
    await logLook(context, shift, { id, subjects: [], item: item.code }, { refused: 'no_open_case' });
    throw new ServiceError('person_not_found');
  }
  const look: Look = { id, subjects: [account.id], item: item.code };
  const refuse = async (
    code: 'no_open_case' | 'not_for_this_item' | 'presence_not_shown',
    more: Record<string, string> = {},
  ): Promise<never> => {
    await logLook(context, shift, look, { refused: code }, more);
    throw new ServiceError(code);
  };
  if (account.id === shift.officer) throw new ServiceError('second_person_needed');
  const open = await context.cases.get(input.case);
  if (open?.applicant !== account.id || open.item !== item.code) return refuse('no_open_case');
  const names = allowedFields(context, { item: item.code, type: input.type, wanted: input.fields });
  if (!names) return refuse('not_for_this_item', { type: input.type });
  const witness = await provePresence(context, shift, { account, presence: input.presence });
  if (!witness) return refuse('presence_not_shown');
  try {
    await countHolder(context, shift, { holder: account.id, way: 'without-phone' });
  } catch (error) {
    await logLook(context, shift, look, { refused: 'counter_stopped' });
    throw error;
  }
  const acted = { actor: actorOf(shift.officer), ...(shift.requestId ? { requestId: shift.requestId } : {}) };
  const more = { way: 'without_phone', case: open.id, witness };
  const certificate = await context.credentials
    .ensureCertificate(account, input.type, acted)
    .catch(async (error: unknown) => {
      // That there is none is told to the officer, and so to her.
      if (error instanceof ServiceError && errorEntry(error.code).status < 500)
        await logLook(context, shift, look, { refused: error.code }, more);
      throw error;
    });
  const type = context.catalogue.get(input.type);
  const state = stateNow(certificate, seconds(context.clock));
  const record: ShownRecord = state === '01' ? showRecord(type, certificate, names) : { fields: [] };
  const found: Look = { ...look, certificate: certificate.id };
  await logLook(context, shift, found, { fields: namesOf(record) }, more);
  await context.accounts.tell(account.id, 'shown_at_counter', id);
  return { look: id, state, state_name: stateNames[state], ...record };
};

/** Who says that she is here: `face`, or the second officer's account. Undefined when nobody does. */
const provePresence = async (
  context: CounterContext,
  shift: OnShift,
  { account, presence }: { account: Account; presence: Presence },
): Promise<string | undefined> => {
  if ('officer' in presence) {
    if (presence.officer === shift.officer || presence.officer === account.id)
      throw new ServiceError('second_person_needed');
    await provePin(context, shift.counter, presence);
    return presence.officer;
  }
  const ours = await context.ephemeral.take(faceKey(shift.counter.id, presence.faceSession));
  if (!context.face || ours === undefined) return undefined;
  const { documentKind, documentNumber, name } = account;
  const answer = await context.face.check(presence.faceSession, {
    kind: documentKind,
    number: documentNumber,
    name,
  });
  return answer === 'match' ? 'face' : undefined;
};
