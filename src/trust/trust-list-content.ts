import type { KeyRecord, Keyring } from '../keyring/index.ts';
import type { PublicKeyJwk, TrustListKey, TrustListPayload } from '../verifier/core/trust-list.ts';
import type { IssuerInfo, Trust } from './index.ts';
import type { TrustedProvince } from './provinces.ts';

const listedPurposes = ['certificate', 'status', 'pack', 'audit'] as const;

/** What the list has to say at present, without number and times; the same state always gives the same text. */
export function trustListContent(input: {
  keyring: Keyring;
  province: { zh: string; en: string };
  issuers: readonly IssuerInfo[];
  documents: Pick<Trust, 'issuerUrl' | 'issuerDid'>;
  others: readonly TrustedProvince[];
}): Pick<TrustListPayload, 'province' | 'issuers' | 'keys'> {
  const { keyring, province, documents, others } = input;
  const issuers = [...input.issuers].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    province: { zh: province.zh, en: province.en },
    issuers: [
      ...issuers.map(({ id, creditCode, name, region }) => ({
        id,
        credit_code: creditCode,
        name: { zh: name.zh, en: name.en },
        region,
        url: documents.issuerUrl(id),
        did: documents.issuerDid(id),
      })),
      ...others.flatMap((other) => other.issuers),
    ],
    keys: [
      ...keyring
        .all()
        .map((key) => listedKey(key, issuers))
        .filter((key) => key !== undefined),
      ...others.flatMap((other) => other.keys),
    ],
  };
}

/** A department that is no longer configured is out at once: its keys are left out whatever their time. */
function listedKey(key: KeyRecord, issuers: readonly IssuerInfo[]): TrustListKey | undefined {
  const purpose = listedPurposes.find((listed) => listed === key.purpose);
  if (!purpose || key.state === 'standby') return undefined;
  const issuer = issuers.find(({ id }) => id === key.owner);
  const isDepartments = purpose === 'certificate';
  if (isDepartments ? !issuer : key.owner !== 'province') return undefined;
  return {
    kid: key.kid,
    jwk: key.publicJwk as PublicKeyJwk,
    issuer: key.owner,
    purpose,
    types: isDepartments ? [...(issuer?.types ?? [])].sort() : undefined,
    from: key.notBefore,
    to: key.notAfter,
    state: key.state,
  };
}
