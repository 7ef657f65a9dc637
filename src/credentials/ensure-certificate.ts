import { randomInt } from 'node:crypto';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { documentKey, makeCertificateIdentifier, normaliseDocumentNumber } from '../identifiers/index.ts';
import { AlreadyExists, type Versioned } from '../storage/index.ts';
import type { CertificateType } from './catalogue/certificate-type.ts';
import { bestFirst, isLive } from './certificate-record.ts';
import { type ChosenRow, rowsToHold, usableRows } from './choose-register-row.ts';
import { type CertificateDocument, type CredentialStore, jointSlot, slotOf } from './credential-store.ts';
import type { Dependencies } from './dependencies.ts';
import { recordsOf } from './find-certificates.ts';
import type { Holder, Presenter } from './holder.ts';
import type { ActContext } from './index.ts';
import { opaqueId } from './opaque-id.ts';
import { appendForEach } from './presenters.ts';
import type { RegisterRow } from './registers/register.ts';
import { joinRecord, pointToShare } from './shares.ts';

export interface EnsureInput {
  account: Holder;
  type: string;
  context: ActContext;
  /** Who acts for the enterprise: it is in her log as well. */
  presenter?: Presenter | undefined;
}

type Record = Versioned<CertificateDocument>;

/**
 * The best record of this type for this holder. A live one (01 or 02, not past its end) is returned as it is; otherwise
 * the register decides: its best row may have a record already, or gets one now. Attributes come from the row and
 * nowhere else.
 */
export const ensureCertificate = async (deps: Dependencies, input: EnsureInput): Promise<Record> => {
  const type = deps.catalogue.get(input.type);
  const [held] = await heldCertificates(deps, input.account.id, type.id);
  if (held && isLive(held, seconds(deps.clock))) return held;
  checkLevel(input.account, type);
  const { usable, faulty } = await findRows(deps, input.account, type);
  if (usable[0]) return recordFor(deps, input, type, usable[0]);
  if (held) return held;
  throw new ServiceError(faulty ? 'register_entry_faulty' : 'not_in_register');
};

/** One record a row of this holder's that stands, best first; what she has stays among them. */
export const ensureCertificates = async (deps: Dependencies, input: EnsureInput): Promise<Record[]> => {
  const { account } = input;
  const type = deps.catalogue.get(input.type);
  checkLevel(account, type);
  const { usable, faulty } = await findRows(deps, account, type);
  let waiting: unknown;
  for (const chosen of rowsToHold(usable)) {
    try {
      await recordFor(deps, input, type, chosen);
    } catch (error) {
      // The department says yes to each row by itself.
      if (!(error instanceof ServiceError && error.code === 'approval_needed')) throw error;
      waiting ??= error;
    }
  }
  const held = await heldCertificates(deps, account.id, type.id);
  if (held.length > 0) return held;
  throw waiting ?? new ServiceError(faulty ? 'register_entry_faulty' : 'not_in_register');
};

/** The record of one row of the register, by the row's key: also of one that has ended. */
export const ensureRow = async (
  deps: Dependencies,
  input: EnsureInput & { registerKey: string },
): Promise<Record> => {
  const type = deps.catalogue.get(input.type);
  checkLevel(input.account, type);
  const { usable } = await findRows(deps, input.account, type);
  const chosen = usable.find(({ row }) => row.key === input.registerKey);
  if (!chosen) throw new ServiceError('register_entry_faulty');
  return recordFor(deps, input, type, chosen);
};

/** ZLB-1: below a matched document (2) the number on the account is only claimed, so no register is asked about it. */
export const proofingLevelFor = (type: CertificateType): number => Math.max(2, type.level.proofing);

const checkLevel = (account: Holder, type: CertificateType): void => {
  if (account.state !== 'active' || account.proofingLevel < proofingLevelFor(type))
    throw new ServiceError('forbidden', { detail: 'the proofing level is too low' });
};

/** What a holder has of a type, best first. */
export const heldCertificates = async (
  { store, clock }: Pick<Dependencies, 'store' | 'clock'>,
  holder: string,
  type: string,
): Promise<Record[]> => {
  const held: Record[] = [];
  for await (const certificate of recordsOf(store, holder))
    if (certificate.type === type) held.push(certificate);
  return held.sort(bestFirst(seconds(clock)));
};

const documentOf = (account: Holder) => ({ kind: account.documentKind, number: account.documentNumber });

const isSameDocument = (a: RegisterRow['holder'], b: RegisterRow['holder']): boolean => {
  const [one, other] = [a, b].map(({ kind, number }) =>
    documentKey({ kind, number: normaliseDocumentNumber(number) }),
  );
  return one === other;
};

/** The rows a certificate can be made from; without one, `faulty` when the register has rows and none can be issued. */
export const findRows = async (
  { registers }: Pick<Dependencies, 'registers'>,
  account: Holder,
  type: CertificateType,
): Promise<{ usable: ChosenRow[]; faulty: boolean }> => {
  const { rows, blocked } = await registers.get(type.register).find(documentOf(account));
  // Whatever a register answers: nobody gets what another person's row says (security (c) 29).
  const own = rows.filter(({ holder }) => isSameDocument(holder, documentOf(account)));
  const usable = usableRows(type, own);
  return { usable, faulty: usable.length === 0 && (blocked || rows.length > 0) };
};

/** The record made from this row before, if any. */
export const recordOf = async (
  { store }: { store: CredentialStore },
  account: Holder,
  type: CertificateType,
  { row, shares }: ChosenRow,
): Promise<Record | undefined> => {
  const [found] = await store.certificates.findKeyed(
    'slot',
    slotOf(shares ? jointSlot : account.id, type.id, row.key),
  );
  return shares && !found?.holders.includes(account.id) ? undefined : found;
};

const recordFor = async (
  deps: Dependencies,
  input: EnsureInput,
  type: CertificateType,
  chosen: ChosenRow,
): Promise<Record> =>
  (await recordOf(deps, input.account, type, chosen)) ??
  (await joinedRecord(deps, input, type, chosen)) ??
  createRecord(deps, input, type, chosen);

/** Another holder of the row was here first: she joins. */
const joinedRecord = async (
  deps: Dependencies,
  { account, context }: EnsureInput,
  type: CertificateType,
  chosen: ChosenRow,
): Promise<Record | undefined> => {
  const { row, fields, shares } = chosen;
  const slot = slotOf(jointSlot, type.id, row.key);
  const [found] = shares ? await deps.store.certificates.findKeyed('slot', slot) : [];
  if (!found) return undefined;
  const joined = await joinRecord(deps, found, { holder: account.id, ...row.holder, fields });
  await deps.audit.append({
    action: 'certificate.recorded',
    actor: context.actor,
    subject: account.id,
    object: joined.id,
    fields: type.fields.map((field) => field.name),
    result: 'ok',
    details: { type: type.id, state: joined.state },
    requestId: context.requestId,
  });
  return joined;
};

const createRecord = async (
  deps: Dependencies,
  { account, context, presenter }: EnsureInput,
  type: CertificateType,
  chosen: ChosenRow,
): Promise<Record> => {
  const { row, state, validity } = chosen;
  if (type.issuing === 'approval') await requireApproval(deps, account, type, row.key);
  const now = seconds(deps.clock);
  const id = opaqueId('c');
  const { fields } = chosen;
  const shares = chosen.shares && [{ holder: account.id, ...row.holder, fields }];
  if (shares) await pointToShare(deps, id, account.id);
  try {
    const certificate = await deps.store.certificates.insert({
      id,
      identifier: makeIdentifier(deps, type, row.issuer),
      type: type.id,
      issuer: row.issuer,
      // Several holders: sealed with a key of its own, which outlives each of theirs.
      holder: shares ? opaqueId('j') : account.id,
      holders: [account.id],
      ...(shares ? { shares } : {}),
      state,
      stateChangedAt: now,
      ...validity,
      fields,
      registerKey: row.key,
      createdAt: now,
      stateSequence: 1,
    });
    await appendForEach(deps.audit, [account.id, presenter?.account], {
      action: 'certificate.recorded',
      actor: context.actor,
      object: id,
      fields: type.fields.map((field) => field.name),
      result: 'ok',
      details: { type: type.id, state },
      requestId: context.requestId,
    });
    return certificate;
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    // A parallel request was first.
    const other = await recordOf(deps, account, type, chosen);
    const joined = other ?? (await joinedRecord(deps, { account, type: type.id, context }, type, chosen));
    if (!joined) throw error;
    return joined;
  }
};

const requireApproval = async (
  { applications }: Dependencies,
  account: Holder,
  type: CertificateType,
  registerKey: string,
): Promise<void> => {
  if (!(await applications.isApproved({ holder: account.id, type: type.id, registerKey })))
    throw new ServiceError('approval_needed');
};

const serialAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The serial is 16 random characters (82 bits): identifiers cannot be walked, and the check character catches typing. */
const makeIdentifier = ({ trust }: Dependencies, type: CertificateType, issuerId: string): string => {
  const issuer = trust.issuer(issuerId);
  if (!issuer) throw new ServiceError('key_unavailable', { detail: 'the issuer is not in the trust list' });
  let serial = '';
  for (let i = 0; i < 16; i += 1) serial += serialAlphabet[randomInt(serialAlphabet.length)];
  return makeCertificateIdentifier({
    typeCode: type.typeCode,
    issuerCode: issuer.creditCode,
    serial,
    version: 1,
  });
};
