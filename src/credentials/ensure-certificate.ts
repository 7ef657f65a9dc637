import { randomInt } from 'node:crypto';
import type { Account } from '../accounts/index.ts';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { makeCertificateIdentifier } from '../identifiers/index.ts';
import { AlreadyExists, type Versioned } from '../storage/index.ts';
import type { CertificateType } from './catalogue/certificate-type.ts';
import { isEnded, isExpired } from './certificate-record.ts';
import { type ChosenRow, chooseRegisterRow } from './choose-register-row.ts';
import { type CertificateDocument, type CredentialStore, everyOf, slotOf } from './credential-store.ts';
import type { Dependencies } from './dependencies.ts';
import type { ActContext } from './index.ts';
import { opaqueId } from './opaque-id.ts';

/**
 * The record of this type for this holder. A live one (01 or 02, not past its end) is returned as it is; otherwise the
 * register decides: its row may have a record already, or gets one now. Attributes come from the row and nowhere else.
 */
export const ensureCertificate = async (
  deps: Dependencies,
  input: { account: Account; type: string; context: ActContext },
): Promise<Versioned<CertificateDocument>> => {
  const { account, context } = input;
  const type = deps.catalogue.get(input.type);
  const held = await heldCertificate(deps, account.id, type.id);
  if (held && isLive(held, seconds(deps.clock))) return held;
  if (account.state !== 'active' || account.proofingLevel < proofingLevelFor(type))
    throw new ServiceError('forbidden', { detail: 'the proofing level is too low' });
  const { chosen, faulty } = await findRow(deps, account, type);
  if (chosen)
    return (
      (await recordOf(deps, account, type, chosen)) ?? createRecord(deps, { account, type, chosen, context })
    );
  if (held) return held;
  throw new ServiceError(faulty ? 'register_entry_faulty' : 'not_in_register');
};

/** ZLB-1: below a matched document (2) the number on the account is only claimed, so no register is asked about it. */
export const proofingLevelFor = (type: CertificateType): number => Math.max(2, type.level.proofing);

/** The record shown for this type: a live one before others, then the newest. */
export const heldCertificate = async (
  { store, clock }: Pick<Dependencies, 'store' | 'clock'>,
  holder: string,
  type: string,
): Promise<Versioned<CertificateDocument> | undefined> => {
  let best: Versioned<CertificateDocument> | undefined;
  const now = seconds(clock);
  for await (const certificate of everyOf(store.certificates, 'holder', holder)) {
    if (certificate.type === type && (!best || isBetter(certificate, best, now))) best = certificate;
  }
  return best;
};

const isLive = (certificate: CertificateDocument, now: number): boolean =>
  !isEnded(certificate.state) && !isExpired(certificate, now);

const isBetter = (a: CertificateDocument, b: CertificateDocument, now: number): boolean => {
  const live = Number(isLive(a, now)) - Number(isLive(b, now));
  return live !== 0 ? live > 0 : a.createdAt > b.createdAt;
};

const holderOf = (account: Account) => ({ kind: account.documentKind, number: account.documentNumber });

/** The row a certificate is made from; without one, `faulty` when the register has rows and none can be issued. */
export const findRow = async (
  { registers }: Pick<Dependencies, 'registers'>,
  account: Account,
  type: CertificateType,
): Promise<{ chosen: ChosenRow | undefined; faulty: boolean }> => {
  const { rows, blocked } = await registers.get(type.register).find(holderOf(account));
  const chosen = chooseRegisterRow(type, rows);
  return { chosen, faulty: chosen === undefined && (blocked || rows.length > 0) };
};

const recordOf = async (
  { store }: { store: CredentialStore },
  account: Account,
  type: CertificateType,
  { row }: ChosenRow,
): Promise<Versioned<CertificateDocument> | undefined> =>
  (await store.certificates.findKeyed('slot', slotOf(account.id, type.id, row.key)))[0];

const createRecord = async (
  deps: Dependencies,
  {
    account,
    type,
    chosen,
    context,
  }: { account: Account; type: CertificateType; chosen: ChosenRow; context: ActContext },
): Promise<Versioned<CertificateDocument>> => {
  const { row, state, validity } = chosen;
  if (type.issuing === 'approval') await requireApproval(deps, account, type, row.key);
  const now = seconds(deps.clock);
  const id = opaqueId('c');
  try {
    const certificate = await deps.store.certificates.insert({
      id,
      identifier: makeIdentifier(deps, type, row.issuer),
      type: type.id,
      issuer: row.issuer,
      holder: account.id,
      state,
      stateChangedAt: now,
      ...validity,
      fields: chosen.fields,
      registerKey: row.key,
      createdAt: now,
      stateSequence: 1,
    });
    await deps.audit.append({
      action: 'certificate.recorded',
      actor: context.actor,
      subject: account.id,
      object: id,
      fields: type.fields.map((field) => field.name),
      result: 'ok',
      details: { type: type.id, state },
      requestId: context.requestId,
    });
    return certificate;
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    const other = await recordOf(deps, account, type, chosen); // a parallel request was first
    if (!other) throw error;
    return other;
  }
};

const requireApproval = async (
  { applications }: Dependencies,
  account: Account,
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
