import { createHash } from 'node:crypto';
import type { JWK } from 'jose';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { SigningKey } from '../keyring/index.ts';
import type { Versioned } from '../storage/index.ts';
import type { CertificateType, CertificateView } from './catalogue/certificate-type.ts';
import { fieldsOf, isEnded, isExpired, toCertificate } from './certificate-record.ts';
import type { CertificateDocument, CopyDocument, PresenterDocument } from './credential-store.ts';
import type { Dependencies } from './dependencies.ts';
import { type DeviceKey, parseDeviceKeys } from './device-key.ts';
import { claimDeviceKey } from './end-device.ts';
import { ensureCertificate } from './ensure-certificate.ts';
import { getRecord } from './find-certificates.ts';
import type { CopyCheck } from './formats/check-copy.ts';
import {
  type CopyContent,
  type CredentialFormat,
  startOfUtcDay,
  type UnsignedCopy,
} from './formats/format.ts';
import { createThrowAwayKey, type ThrowAwayKey } from './formats/throw-away-key.ts';
import type { Holder, Presenter } from './holder.ts';
import type { ActContext, Certificate, Copy, CopyFormat, Enrolment } from './index.ts';
import { opaqueId } from './opaque-id.ts';
import { refuseEndedPhone } from './phones.ts';
import { appendForEach, endPresenter, openPresenter } from './presenters.ts';
import { alignStatusEntry, endStatusEntry } from './status/align-status-entry.ts';
import { statusValueOf } from './status/status-value.ts';

export interface IssueInput {
  /** The holder. */
  account: Holder;
  type: string;
  /** Id of the very certificate; without it the best of the type. */
  certificate?: string | undefined;
  /** Who acts for the holder, or in her own office. */
  presenter?: Presenter | undefined;
  format: CopyFormat;
  view?: string;
  deviceKeys: JWK[];
  /** Which wallet holds the keys: phones.ts. */
  enrolment?: Enrolment | undefined;
  context: ActContext;
}

export interface IssueResult {
  certificate: Certificate;
  copies: { copy: Copy; credential: string | Record<string, unknown> }[];
}

const mostKeys = 50;
/** From the midnight before: 72 hours at most, as the verifier asks (design: Certificates). */
const anonymousDays = 3;

/** The department's key, and the time it may sign for. */
interface Signer {
  key: SigningKey;
  x5c?: readonly string[];
  notBefore: number;
  notAfter: number;
}

/** What stays the same for all copies of one request. */
export interface Issuing {
  formatId: CopyFormat;
  type: CertificateType;
  view?: CertificateView;
  format: CredentialFormat;
  certificate: Versioned<CertificateDocument>;
  /** Whose copies these are: one of the certificate's holders. */
  holder: string;
  /** The presenter's record. */
  power?: PresenterDocument | undefined;
  /** Who shows them for the holder. */
  shownBy?: string | undefined;
  /** Which wallet holds the device keys. */
  enrolment?: Enrolment | undefined;
  signer: Signer;
  trialKey: ThrowAwayKey;
}

export const issueCopies = async (deps: Dependencies, input: IssueInput): Promise<IssueResult> => {
  const type = deps.catalogue.get(input.type);
  const view = viewOf(type, input);
  const { deviceKeyAlgs } = deps.formats[input.format];
  const deviceKeys = await parseDeviceKeys(input.deviceKeys, deviceKeyAlgs, mostKeys);
  if (input.presenter && view?.anonymous)
    throw new ServiceError('invalid_request', { detail: 'what names nobody is shown by the holder alone' });
  const certificate = await certificateFor(deps, input);
  const { account, context, presenter } = input;
  const power = presenter && (await openPresenter(deps, account.id, presenter));
  const issuing = await beginIssuing(deps, {
    type,
    view,
    formatId: input.format,
    certificate,
    holder: account.id,
    power,
    shownBy: presenter?.shownBy,
    enrolment: input.enrolment,
  });
  const copies: Versioned<CopyDocument>[] = [];
  for (const deviceKey of deviceKeys) copies.push(await issueCopy(deps, issuing, { deviceKey }));
  // A power that ended while its record was being made has no copies to end yet: it is looked at once more.
  if (presenter && !(await presenter.stands())) {
    await endPresenter(deps, { ...presenter, context: { actor: 'system' } });
    throw new ServiceError('forbidden', { detail: 'the power to act has ended' });
  }
  await appendForEach(deps.audit, [account.id, presenter?.account], {
    action: 'certificate.issued',
    actor: context.actor,
    object: certificate.id,
    result: 'ok',
    details: {
      format: input.format,
      view: view?.id ?? '',
      copies: copies.length,
      kid: issuing.signer.key.kid,
    },
    requestId: context.requestId,
  });
  return {
    certificate: toCertificate(certificate, account.id),
    copies: copies.map(({ ver: _ver, power: _power, ...copy }) => ({
      copy,
      credential: issuing.format.toWire(copy.signed!),
    })),
  };
};

const signerFor = async (deps: Dependencies, owner: string, format: CredentialFormat): Promise<Signer> => {
  if (format.certified) return deps.trust.signers.certified({ purpose: 'certificate', owner });
  const key = deps.keyring.active('certificate', owner, format.alg);
  return { key, notBefore: key.notBefore, notAfter: key.notAfter };
};

const viewOf = (type: CertificateType, { format, view }: IssueInput): CertificateView | undefined => {
  const found = type.views.find((known) => known.id === view);
  const wanted = format === 'onecert-view+cwt';
  if (
    format === 'onecert-slip+cwt' ||
    !type.formats.includes(format) ||
    (wanted ? !found : view !== undefined)
  )
    throw new ServiceError('invalid_request', { detail: 'this type is not issued in that format or view' });
  return found;
};

/** The one that is named, or the best of the type. */
export const certificateFor = async (
  deps: Dependencies,
  input: Pick<IssueInput, 'account' | 'type' | 'certificate' | 'context'>,
): Promise<Versioned<CertificateDocument>> => {
  if (input.certificate === undefined) return ensureCertificate(deps, input);
  const named = await getRecord(deps.store, input.certificate);
  // Somebody else's is simply not there.
  if (named?.type !== input.type || !named.holders.includes(input.account.id))
    throw new ServiceError('not_found');
  return named;
};

const refuseEnded = (certificate: CertificateDocument, now: number): void => {
  if (isEnded(certificate.state) || isExpired(certificate, now)) throw new ServiceError('certificate_state');
};

/** Of a view on a phone alone: a paper slip can be revoked like every other copy. */
const isNameless = ({ formatId, view }: Pick<Issuing, 'formatId'> & { view?: CertificateView | undefined }) =>
  formatId === 'onecert-view+cwt' && view?.anonymous === true;

const refuseUnlessInForce = (certificate: CertificateDocument | undefined): void => {
  if (certificate?.state !== '01') throw new ServiceError('certificate_state');
};

/** The department's key and the trial key for copies of one certificate. Throws certificate_state, key_unavailable. */
export const beginIssuing = async (
  deps: Dependencies,
  of: Omit<Issuing, 'format' | 'signer' | 'trialKey'>,
): Promise<Issuing> => {
  const { type, certificate } = of;
  refuseEnded(certificate, seconds(deps.clock));
  const format = deps.formats[of.formatId];
  const lacking = format.lacking?.(type, certificate.fields);
  if (lacking) throw new ServiceError('not_in_this_format', { detail: lacking });
  const signer = await signerFor(deps, certificate.issuer, format);
  await refuseUntrustedKey(deps, signer.key.kid, type.id);
  return { ...of, format, signer, trialKey: await createThrowAwayKey(format.alg) };
};

/**
 * The trust list decides, before anything is stored: a key that another process withdrew, whose time in the list is
 * over or has not begun, or that is not for this type would sign what no verifier accepts (security c32).
 */
const refuseUntrustedKey = async (
  { trust, clock }: Dependencies,
  kid: string,
  type: string,
): Promise<void> => {
  const { keys } = await trust.trustListPayload();
  const now = seconds(clock);
  const isGood = keys.some(
    (key) =>
      key.kid === kid &&
      key.state === 'active' &&
      key.types?.includes(type) === true &&
      key.from <= now &&
      now <= key.to,
  );
  if (!isGood)
    throw new ServiceError('key_unavailable', { detail: 'the trust list does not name this key for this' });
};

/**
 * One copy, in the order that leaves nothing behind that cannot be revoked: status entry, intent with the digest of
 * the bytes to be signed, look again, trial signature checked, real signature checked, release. Whatever stops it in
 * between, the entry follows the certificate's state from the moment it exists.
 */
export const issueCopy = async (
  deps: Dependencies,
  issuing: Issuing,
  {
    id = opaqueId('s'),
    deviceKey,
    beforeRelease,
  }: { id?: string; deviceKey?: DeviceKey; beforeRelease?: () => Promise<unknown> },
): Promise<Versioned<CopyDocument>> => {
  const { store, clock } = deps;
  const { certificate, enrolment, format, holder, signer, formatId, power, view } = issuing;
  const nameless = isNameless(issuing);
  if (deviceKey) {
    await claimDeviceKey(deps, power?.account ?? holder, deviceKey.thumbprint, enrolment, nameless);
    await refuseEndedPhone(deps, enrolment);
  }
  const entry = nameless
    ? undefined
    : await deps.claimStatusIndex({
        certificate: certificate.id,
        copy: id,
        state: statusValueOf(certificate.state),
        sequence: certificate.stateSequence,
      });
  if (entry && entry.state !== 0) deps.statusTable.changed();
  const content = contentOf(deps, issuing, deviceKey, entry);
  const unsigned = await format.build(content);
  const digest = createHash('sha256').update(unsigned.toBeSigned).digest('base64url');
  const intended = await store.copies.insert({
    id,
    certificate: certificate.id,
    holder,
    ...(power ? { power: power.id, presenter: presenterOf(power) } : {}),
    format: formatId,
    view: view?.id,
    deviceKey: deviceKey?.thumbprint,
    statusList: entry?.list ?? 0,
    statusIndex: entry?.index ?? 0,
    kid: signer.key.kid,
    digest,
    state: 'intended',
    issuedAt: seconds(clock),
    expiresAt: content.times.expiresAt,
  });
  // A change decided before our entry existed did not see it; one decided later finds it. So look once more.
  const aligned = entry && (await alignStatusEntry(store, entry));
  if (aligned?.state !== entry?.state) deps.statusTable.changed();
  const endAtOnce = async (): Promise<void> => {
    if (!aligned) return; // nothing is signed yet, and nothing will be
    await endStatusEntry(store, aligned);
    deps.statusTable.changed();
  };
  if (deviceKey && (await store.deviceKeys.get(deviceKey.thumbprint))?.endedAt !== undefined) {
    await endAtOnce();
    throw new ServiceError('invalid_request', { detail: 'a device key cannot be used here' });
  }
  if (power && (await store.presenters.get(power.id))?.state !== 'open') {
    await endAtOnce();
    throw new ServiceError('forbidden', { detail: 'the power to act has ended' });
  }
  // Of several holders she may have left meanwhile; whoever takes her out has not seen this copy.
  if (certificate.shares && holder !== certificate.holder) {
    const now = await getRecord(store, certificate.id);
    if (!now?.holders.includes(holder)) {
      await endAtOnce();
      throw new ServiceError('certificate_state');
    }
  }
  // Without a status nobody could be told of a suspension.
  if (!aligned) refuseUnlessInForce(await getRecord(store, certificate.id));
  if (aligned?.state === 1) throw new ServiceError('certificate_state');
  const signed = await signChecked(deps, issuing, content, unsigned);
  await beforeRelease?.();
  return store.copies.replace({ ...intended, state: 'released', signed });
};

const presenterOf = ({ account, mandate }: PresenterDocument): NonNullable<Copy['presenter']> => ({
  account,
  ...(mandate ? { mandate } : {}),
});

/** Signs with the throw-away key, has our own verifier accept that copy, then signs and checks the real one. */
const signChecked = async (
  deps: Dependencies,
  { signer, trialKey, formatId }: Issuing,
  content: CopyContent,
  unsigned: UnsignedCopy,
): Promise<string> => {
  const check: Omit<CopyCheck, 'credential'> = { format: formatId, content, clock: deps.clock };
  const trial = await unsigned.assemble(trialKey.sign(unsigned.toBeSigned));
  await deps.checkCopy({ ...check, credential: trial, trialKey: trialKey.publicJwk });
  const signed = await unsigned.assemble(await signer.key.sign(unsigned.toBeSigned));
  await deps.checkCopy({ ...check, credential: signed });
  return signed;
};

const contentOf = (
  deps: Dependencies,
  { certificate, formatId, type, view, format, signer, holder, shownBy }: Issuing,
  deviceKey: DeviceKey | undefined,
  status: { list: number; index: number } | undefined,
): CopyContent => {
  const { trust, clock, baseUrl } = deps;
  const nameless = isNameless({ formatId, view });
  const days = formatId === 'onecert-slip+cwt' ? type.slip!.days : type.copyDays;
  const times = format.times(seconds(clock), nameless ? anonymousDays : days);
  const end = Math.min(
    times.expiresAt,
    certificate.validUntil ?? times.expiresAt,
    // A verifier that goes by X.509 certificates takes nothing beyond the end of one.
    signer.x5c ? signer.notAfter : times.expiresAt,
  );
  return {
    certificate: { identifier: certificate.identifier, fields: fieldsOf(certificate, holder) },
    type,
    view,
    issuer: { url: trust.issuerUrl(certificate.issuer), did: trust.issuerDid(certificate.issuer) },
    kid: signer.key.kid,
    x5c: signer.x5c,
    deviceKey,
    status: status && { list: status.list, index: status.index },
    shownBy,
    times: {
      // The rounding back must not reach before the certificate or the key began.
      notBefore: Math.max(times.notBefore, certificate.validFrom, signer.notBefore),
      // Where nobody is named, the hour at which her certificate ends would name her.
      expiresAt: nameless ? startOfUtcDay(end) : end,
    },
    baseUrl,
  };
};
