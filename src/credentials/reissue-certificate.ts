import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import {
  makeCertificateIdentifier,
  normaliseName,
  parseCertificateIdentifier,
} from '../identifiers/index.ts';
import { AlreadyExists, Conflict, type Versioned } from '../storage/index.ts';
import {
  cardLost,
  fieldsOf,
  isEnded,
  isExpired,
  namesEveryHolder,
  withShares,
} from './certificate-record.ts';
import { changeState, finishStateChange } from './change-state.ts';
import type { ChosenRow } from './choose-register-row.ts';
import { type CertificateDocument, jointSlot, slotOf } from './credential-store.ts';
import type { Dependencies } from './dependencies.ts';
import { findRows } from './ensure-certificate.ts';
import type { Holder } from './holder.ts';
import type { ActContext, Reissued, RenewOperation } from './index.ts';
import { leaveRecord } from './shares.ts';

export interface ReissueInput {
  account: Holder;
  certificateId: string;
  operation: RenewOperation;
  context: ActContext;
}

/**
 * The certificate is read from the register again and counts one version up (GB/T 36904), naming the identifier before.
 * One write decides it and begins a new sequence; the copies from before it end as in a change of state.
 */
export const reissueCertificate = async (deps: Dependencies, input: ReissueInput): Promise<Reissued> => {
  const { store, catalogue, clock } = deps;
  const { account, operation, context } = input;
  for (;;) {
    let certificate = await store.certificates.get(input.certificateId);
    if (!certificate?.holders.includes(account.id)) throw new ServiceError('not_found');
    if (certificate.pending) certificate = await finishStateChange(deps, certificate);
    if (isEnded(certificate.state)) return 'kept';
    if (isExpired(certificate, seconds(clock)) && operation !== 'renewal') return 'kept';
    const { usable } = await findRows(deps, account, catalogue.get(certificate.type));
    const { registerKey } = certificate;
    // Another row of hers is her own affair, not that of those who hold this one with her.
    const chosen =
      usable.find(({ row }) => row.key === registerKey) ?? (certificate.shares ? undefined : usable[0]);
    // The department may be slower than the population register: what it does not say yet is not signed.
    if (!chosen || isEnded(chosen.state)) return 'waiting';
    if (normaliseName(chosen.row.holderName) !== normaliseName(account.name)) return 'waiting';
    // A lost card is replaced by one that says the same.
    if (
      operation !== 'replacement' &&
      saysTheSame({ ...certificate, fields: fieldsOf(certificate, account.id) }, chosen)
    )
      return 'kept';
    try {
      const decided = await store.certificates.replace(nextVersion(deps, certificate, chosen, input));
      await finishStateChange(deps, decided);
      for (const holder of certificate.holders.filter((one) => !decided.holders.includes(one)))
        await leaveRecord(deps, { certificateId: decided.id, holder, reason: 'register_change', context });
      return 'reissued';
    } catch (error) {
      if (error instanceof AlreadyExists) {
        // Another record stands for that row already: this one has had its day.
        const { type } = certificate;
        const [other] = await store.certificates.findKeyed(
          'slot',
          slotOf(certificate.shares ? jointSlot : account.id, type, chosen.row.key),
        );
        await changeState(deps, {
          certificateId: certificate.id,
          to: '04',
          reason: 'replaced',
          context,
          ...(other ? { also: { supersededBy: other.identifier } } : {}),
        });
        return 'reissued';
      }
      if (!(error instanceof Conflict)) throw error;
    }
  }
};

const saysTheSame = (certificate: CertificateDocument, chosen: ChosenRow): boolean => {
  const sorted = (of: CertificateDocument['fields']) => JSON.stringify(Object.entries(of).sort());
  return (
    certificate.registerKey === chosen.row.key &&
    sorted(certificate.fields) === sorted(chosen.fields) &&
    namesEveryHolder(certificate, chosen)
  );
};

const nextVersion = (
  { catalogue, trust, clock }: Dependencies,
  certificate: Versioned<CertificateDocument>,
  { row, fields, validity, shares }: ChosenRow,
  { account, operation, context }: ReissueInput,
): Versioned<CertificateDocument> => {
  const issuer = trust.issuer(row.issuer);
  const parts = parseCertificateIdentifier(certificate.identifier);
  if (!issuer || !parts) throw new ServiceError('key_unavailable');
  const stateSequence = certificate.stateSequence + 1;
  const { actor, requestId } = context;
  const { identifier: previous } = certificate;
  const replacesCard = operation === 'replacement' && certificate.stateReason === cardLost;
  const state = replacesCard ? '01' : certificate.state;
  const hers = { holder: account.id, ...row.holder, fields };
  // Of several holders each whom the row still names, as it has her now.
  const others = (certificate.shares ?? []).flatMap((share) => {
    const named = shares?.find(({ kind, number }) => kind === share.kind && number === share.number);
    return named && share.holder !== account.id ? [{ ...named, holder: share.holder }] : [];
  });
  return {
    ...(certificate.shares ? withShares(certificate, [hers, ...others]) : { ...certificate, fields }),
    ...(operation === 'replacement' ? { cardLostAt: undefined } : {}),
    ...(replacesCard ? { stateReason: undefined } : {}),
    state,
    stateChangedAt: seconds(clock),
    operation,
    previous,
    identifier: makeCertificateIdentifier({
      typeCode: catalogue.get(certificate.type).typeCode,
      issuerCode: issuer.creditCode,
      serial: parts.serial,
      version: Number(parts.version) + 1,
    }),
    issuer: row.issuer,
    ...validity,
    registerKey: row.key,
    stateSequence,
    reissuedSequence: stateSequence,
    pending: {
      from: certificate.state,
      to: state,
      actor,
      ...(requestId ? { requestId } : {}),
      reissued: true,
      previous,
    },
    pendingMark: 'pending',
  };
};
