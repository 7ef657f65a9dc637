import type { JWK } from 'jose';
import { type Clock, seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import type { Trust } from '../../trust/index.ts';
import {
  type PackType,
  type Trusted,
  type Verdict,
  type VerdictCode,
  verify,
  verifyView,
} from '../../verifier/core/index.ts';
import type { Catalogue } from '../catalogue/certificate-type.ts';
import { writePackType } from '../catalogue/write-type-documents.ts';
import type { CopyFormat } from '../index.ts';
import type { CopyContent } from './format.ts';

export interface CopyCheck {
  format: CopyFormat;
  credential: string;
  content: CopyContent;
  clock: Clock;
  /** For a trial: the throw-away key that signed, standing under the real kid. */
  trialKey?: JWK;
}

/** Has our own verifier judge a copy before it is released; throws unless the answer is "valid". */
export type CheckCopy = (check: CopyCheck) => Promise<void>;

export interface TrustSource {
  trust: Trust;
  catalogue: Catalogue;
  baseUrl: string;
  contexts(): Promise<Record<string, unknown>>;
}

/** As the pack has them; the catalogue of a running instance does not change. */
const packTypes = new WeakMap<TrustSource, PackType[]>();
const packTypesOf = (source: TrustSource): PackType[] => {
  const known = packTypes.get(source);
  if (known) return known;
  const types = source.catalogue.types().map((type) => writePackType(type, source.baseUrl));
  packTypes.set(source, types);
  return types;
};

/** The present trust list with our own types and contexts; the status answers come from the caller. */
export const presentTrust = async (source: TrustSource, statusOf: Trusted['statusOf']): Promise<Trusted> => {
  const list = await source.trust.trustListPayload();
  return {
    keys: list.keys,
    issuers: list.issuers,
    types: packTypesOf(source),
    contexts: await source.contexts(),
    statusOf,
    issuedAt: list.iat,
    expiresAt: list.exp,
  };
};

export const judgeCopy = (
  format: CopyFormat,
  credential: string,
  trusted: Trusted,
  now: number,
): Promise<Verdict> =>
  format === 'onecert-view+cwt'
    ? verifyView(Buffer.from(credential, 'base64url'), trusted, { now })
    : verify(credential, trusted, { now });

/** The department's key is not (or no longer) good for this: not a fault of ours. */
const keyCodes: readonly VerdictCode[] = [
  'unknown_issuer',
  'issuer_not_allowed',
  'key_compromised',
  'stale_pack',
];

export const createCopyChecker = (source: TrustSource): CheckCopy => {
  return async ({ format, credential, content, clock, trialKey }) => {
    // A certificate that begins tomorrow is judged as of tomorrow; its status is judged where it is kept, not here.
    const now = Math.max(seconds(clock), content.times.notBefore);
    const list = content.status?.list;
    const present = await presentTrust(source, () => ({ status: 'valid', asOf: now, list }));
    const verdict = await judgeCopy(
      format,
      credential,
      trialKey ? withTrialKey(present, content, trialKey) : present,
      now,
    );
    if (verdict.code === 'valid') return;
    const cause = new Error(`our verifier says ${verdict.code} (${trialKey ? 'trial' : 'real'} ${format})`);
    throw new ServiceError(
      !trialKey && keyCodes.includes(verdict.code) ? 'key_unavailable' : 'internal_error',
      { cause },
    );
  };
};

const withTrialKey = (present: Trusted, content: CopyContent, trialKey: JWK): Trusted => ({
  ...present,
  keys: [
    {
      kid: content.kid,
      jwk: { ...trialKey, kty: trialKey.kty! },
      issuer: present.issuers.find((issuer) => issuer.url === content.issuer.url)?.id ?? '',
      purpose: 'certificate',
      types: [content.type.id],
      from: content.times.notBefore,
      to: content.times.expiresAt,
      state: 'active',
    },
  ],
});
