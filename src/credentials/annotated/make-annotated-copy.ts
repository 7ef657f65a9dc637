import { createHash } from 'node:crypto';
import type { JWK } from 'jose';
import { seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import { dayTimeOf } from '../../identifiers/index.ts';
import type { SigningKey } from '../../keyring/index.ts';
import { AlreadyExists, Conflict, DataKeyDestroyed, type Versioned } from '../../storage/index.ts';
import { annotatedCopyTyp, type Trusted, type Verdict, verify } from '../../verifier/core/index.ts';
import { typeUrl } from '../catalogue/write-type-documents.ts';
import { fieldsOf, isExpired } from '../certificate-record.ts';
import { type CertificateDocument, everyOf } from '../credential-store.ts';
import type { Dependencies } from '../dependencies.ts';
import { getRecord } from '../find-certificates.ts';
import { presentTrust } from '../formats/check-copy.ts';
import { createThrowAwayKey } from '../formats/throw-away-key.ts';
import { opaqueId } from '../opaque-id.ts';
import { alignStatusEntry } from '../status/align-status-entry.ts';
import { statusValueOf } from '../status/status-value.ts';
import type { AnnotatedCopies, AnnotatedCopy, AnnotateInput } from './annotated-copy.ts';

interface Deps extends Dependencies {
  judgeOnline(credential: string): Promise<Verdict>;
}

export const createAnnotatedCopies = (deps: Deps): AnnotatedCopies => ({
  make: (input) => make(deps, input),
  async find(id) {
    try {
      const found = await deps.store.annotatedCopies.get(id);
      return found && shown(found);
    } catch (error) {
      if (error instanceof DataKeyDestroyed) return undefined;
      throw error;
    }
  },
  async of(holder) {
    const found: AnnotatedCopy[] = [];
    for await (const copy of everyOf(deps.store.annotatedCopies, 'holder', holder)) found.push(shown(copy));
    return found;
  },
  judge: (copy) => deps.judgeOnline(copy.signed ?? ''),
});

const shown = ({ ver: _ver, ...copy }: Versioned<AnnotatedCopy>): AnnotatedCopy => copy;

/** In the order of issuing: status entry, intent with the digest, look again, trial signature checked, real one checked. */
const make = async (deps: Deps, input: AnnotateInput): Promise<AnnotatedCopy> => {
  const { store, clock, keyring } = deps;
  const copies = store.annotatedCopies;
  const [known] = await copies.find('once', input.once, { limit: 1 });
  if (known) return shown(await finish(deps, known));
  const certificate = await getRecord(store, input.certificateId);
  if (!certificate?.holders.includes(input.holder)) throw new ServiceError('not_found');
  const madeAt = seconds(clock);
  refuseUnlessInForce(certificate, madeAt);
  const key = keyring.active('certificate', certificate.issuer, 'ES256');
  const id = opaqueId('ac');
  const entry = await deps.claimStatusIndex({
    certificate: certificate.id,
    copy: id,
    state: statusValueOf(certificate.state),
    sequence: certificate.stateSequence,
  });
  const copy: Omit<AnnotatedCopy, 'digest'> = {
    id,
    certificate: certificate.id,
    type: certificate.type,
    holder: input.holder,
    issuer: certificate.issuer,
    maker: input.maker,
    item: input.item,
    purpose: input.purpose,
    case: input.case,
    fields: input.fields.filter((name) => fieldsOf(certificate, input.holder)[name] !== undefined),
    statusList: entry.list,
    statusIndex: entry.index,
    kid: key.kid,
    state: 'intended',
    madeAt,
    expiresAt: Math.min(input.expiresAt, certificate.validUntil ?? input.expiresAt),
    once: input.once,
    by: input.context,
  };
  const digest = digestOf(toBeSigned(deps, copy, certificate, key));
  let intended: Versioned<AnnotatedCopy>;
  try {
    intended = await copies.insert({ ...copy, digest });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    const [other] = await copies.find('once', input.once, { limit: 1 }); // the same request, sent twice at once
    if (!other) throw error;
    return shown(await finish(deps, other));
  }
  const aligned = await alignStatusEntry(store, entry);
  if (aligned.state !== 0) {
    deps.statusTable.changed();
    throw new ServiceError('certificate_state');
  }
  return shown(await finish(deps, intended));
};

const refuseUnlessInForce = (certificate: CertificateDocument, now: number): void => {
  if (certificate.state !== '01' || isExpired(certificate, now)) throw new ServiceError('certificate_state');
};

/** Signs what was intended, once it is certain that our own verifier accepts it. */
const finish = async (deps: Deps, intended: Versioned<AnnotatedCopy>): Promise<Versioned<AnnotatedCopy>> => {
  if (intended.state === 'released') return intended;
  const certificate = await getRecord(deps.store, intended.certificate);
  if (!certificate?.holders.includes(intended.holder)) throw new ServiceError('not_found');
  refuseUnlessInForce(certificate, seconds(deps.clock));
  const key = deps.keyring.signer(intended.kid);
  const bytes = toBeSigned(deps, intended, certificate, key);
  // The certificate has changed since: what was intended is not what would be signed.
  if (digestOf(bytes) !== intended.digest) throw new ServiceError('conflict');
  const assemble = (signature: Uint8Array) => `${bytes}.${Buffer.from(signature).toString('base64url')}`;
  const trialKey = await createThrowAwayKey('ES256');
  await check(deps, intended, assemble(trialKey.sign(Buffer.from(bytes))), trialKey.publicJwk);
  const signed = assemble(await key.sign(Buffer.from(bytes)));
  await check(deps, intended, signed);
  // Before it is released: her log may say it twice, never not at all.
  await deps.audit.append({
    action: 'certificate.annotated_copy_made',
    actor: intended.by.actor,
    subject: intended.holder,
    object: intended.id,
    fields: intended.fields,
    result: 'ok',
    details: {
      certificate: intended.certificate,
      item: intended.item,
      case: intended.case,
      unit: intended.maker.id,
    },
    requestId: intended.by.requestId,
  });
  try {
    return await deps.store.annotatedCopies.replace({ ...intended, state: 'released', signed });
  } catch (error) {
    // The same request, sent twice at once: of two signatures over the same bytes the first is the copy.
    const other = error instanceof Conflict ? await deps.store.annotatedCopies.get(intended.id) : undefined;
    if (other?.state !== 'released') throw error;
    return other;
  }
};

const check = async (
  deps: Deps,
  { kid, issuer, type, madeAt, expiresAt, statusList }: AnnotatedCopy,
  signed: string,
  trialKey?: JWK,
): Promise<void> => {
  const now = seconds(deps.clock);
  const present = await presentTrust(deps, () => ({ status: 'valid', asOf: now, list: statusList }));
  const jwk = trialKey && { ...trialKey, kty: trialKey.kty! };
  const trusted: Trusted = jwk
    ? {
        ...present,
        keys: [
          {
            kid,
            jwk,
            issuer,
            purpose: 'certificate',
            types: [type],
            from: madeAt,
            to: expiresAt,
            state: 'active',
          },
        ],
      }
    : present;
  const { code } = await verify(signed, trusted, { now });
  if (code === 'valid') return;
  const cause = new Error(`our verifier says ${code} (${trialKey ? 'trial' : 'real'} annotated copy)`);
  throw new ServiceError(trialKey ? 'internal_error' : 'key_unavailable', { cause });
};

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** The JWS signing input. The four JZJ names are those of GB/T 36903 for an annotated copy. */
const toBeSigned = (
  { trust, baseUrl }: Dependencies,
  copy: Omit<AnnotatedCopy, 'digest'>,
  certificate: CertificateDocument,
  key: Pick<SigningKey, 'alg' | 'kid'>,
): string => {
  const { maker, purpose, madeAt, expiresAt } = copy;
  const fields = fieldsOf(certificate, copy.holder);
  const payload = {
    iss: trust.issuerUrl(copy.issuer),
    vct: typeUrl(baseUrl, copy.type),
    jti: copy.id,
    iat: madeAt,
    exp: expiresAt,
    certificate: certificate.identifier,
    maker: maker.name,
    purpose,
    item: copy.item,
    case: copy.case,
    JZJZZZ: maker.name.zh,
    JZJZZSJ: dayTimeOf(madeAt),
    JZJZZSY: purpose.zh,
    JZJYXQJZSJ: dayTimeOf(expiresAt),
    fields: Object.fromEntries(copy.fields.map((name) => [name, fields[name]])),
    status: { status_list: { idx: copy.statusIndex, uri: `${baseUrl}/status/${copy.statusList}` } },
  };
  return `${part({ alg: key.alg, typ: annotatedCopyTyp, kid: key.kid })}.${part(payload)}`;
};
