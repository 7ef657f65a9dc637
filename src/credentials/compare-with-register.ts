/** What the register says of a held certificate now: the difference that matters most, by field names only. */
import { createHmac } from 'node:crypto';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { LifeVerb } from './catalogue/certificate-type.ts';
import { fieldsOf, isEnded, isExpired, namesEveryHolder } from './certificate-record.ts';
import { type ChosenRow, usableRows } from './choose-register-row.ts';
import type { CertificateDocument } from './credential-store.ts';
import type { Dependencies } from './dependencies.ts';
import { getRecord } from './find-certificates.ts';
import type { Holder } from './holder.ts';
import type { CertificateState, RegisterDifference } from './index.ts';

/** Reasons that the register gave: only what it stopped is taken back because it says so. */
const reasons = {
  missing: 'register_row_missing',
  state: 'register_state',
  fields: 'register_fields',
} as const;

const endOf: Partial<Record<CertificateState, LifeVerb>> = {
  '03': 'withdraw',
  '04': 'cancel',
  '05': 'lapse',
  '06': 'move_out',
  '07': 'revoke',
};

/** Undefined when both say the same, and for what has ended. Throws register_unavailable. */
export const compareWithRegister = async (
  deps: Dependencies,
  input: { account: Holder; certificateId: string },
): Promise<RegisterDifference | undefined> => {
  const { account } = input;
  const certificate = await getRecord(deps.store, input.certificateId);
  if (!certificate?.holders.includes(account.id)) throw new ServiceError('not_found');
  if (isEnded(certificate.state)) return undefined;
  const type = deps.catalogue.get(certificate.type);
  const { rows } = await deps.registers
    .get(type.register)
    .find({ kind: account.documentKind, number: account.documentNumber });
  const [chosen] = usableRows(
    type,
    rows.filter(({ key }) => key === certificate.registerKey),
  );
  const held = { ...certificate, fields: fieldsOf(certificate, account.id) };
  const found = differenceOf(held, chosen, seconds(deps.clock));
  return found && { ...found, mark: markOf(deps, certificate, chosen) };
};

const differenceOf = (
  certificate: CertificateDocument,
  chosen: ChosenRow | undefined,
  now: number,
): Omit<RegisterDifference, 'mark'> | undefined => {
  const { state, stateReason = '' } = certificate;
  if (!chosen) return state === '01' ? { verb: 'suspend', reason: reasons.missing, fields: [] } : undefined;
  const ended = endOf[chosen.state];
  if (ended) return { verb: ended, reason: reasons.state, fields: [] };
  if (chosen.state !== '01')
    return state === '01' ? { verb: 'suspend', reason: reasons.state, fields: [] } : undefined;
  if (state === '02' && (stateReason === reasons.missing || stateReason === reasons.state))
    return { verb: 'resume', reason: reasons.state, fields: [] };
  const fields = differingFields(certificate, chosen);
  if (fields.length === 0) return undefined;
  const lastsLonger =
    certificate.validUntil !== undefined &&
    (chosen.validity.validUntil ?? Number.POSITIVE_INFINITY) > certificate.validUntil;
  if (lastsLonger) return { verb: 'renew', reason: reasons.fields, fields };
  return isExpired(certificate, now) ? undefined : { verb: 'correct', reason: reasons.fields, fields };
};

const differingFields = (certificate: CertificateDocument, chosen: ChosenRow): string[] => {
  const { fields: held } = certificate;
  const { fields: now } = chosen;
  const names = new Set([...Object.keys(held), ...Object.keys(now)]);
  const differing = [...names].filter((name) => held[name] !== now[name]).sort();
  return namesEveryHolder(certificate, chosen) ? differing : [...differing, 'holders'];
};

/** Names one difference without saying it: the same again is the same, and no value can be guessed from it. */
const markOf = (
  { keyring }: Dependencies,
  { id, identifier, stateSequence }: CertificateDocument,
  chosen: ChosenRow | undefined,
): string =>
  createHmac('sha256', keyring.secrets.nonceSecret)
    .update('register difference\n')
    .update(
      JSON.stringify([
        id,
        identifier,
        stateSequence,
        chosen?.state,
        Object.entries(chosen?.fields ?? {}).sort(),
      ]),
    )
    .digest('base64url');
