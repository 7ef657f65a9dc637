/**
 * Other provinces: their issuers come from their own signed lists, for the types that our operator names and no longer than
 * that, and never with a say about ours.
 */
import { calculateJwkThumbprint, decodeJwt, type JWK } from 'jose';
import { type Clock, seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { verifyJws } from '../keyring/index.ts';
import type { Collection, CollectionSpec, Storage } from '../storage/index.ts';
import type {
  RootStatementPayload,
  TrustListIssuer,
  TrustListKey,
  TrustListPayload,
} from '../verifier/core/trust-list.ts';
import type { IssuerInfo } from './index.ts';

export interface ProvinceImport {
  /** Our short name for it: its issuers stand in our list as `<id>-<theirs>`. */
  id: string;
  name: { zh: string; en: string };
  /** GB/T 2260 of the province: its issuers are in it. */
  region: string;
  /** Thumbprint of its root, agreed upon outside of any network. */
  root: string;
  /** Its signed documents. */
  statement: string;
  list: string;
  /** Their issuer ids, each with the types we take from it. */
  issuers: { id: string; types: string[] }[];
  /** Unix seconds: not trusted any longer than this, whatever their list says. */
  until: number;
  /** What was reviewed, and by whom. */
  reviewed: { sha256: string; persons: string[] };
}

export interface TrustedProvince {
  id: string;
  name: { zh: string; en: string };
  number: number;
  /** Unix seconds: when their list, or our trust in it, ends. */
  expiresAt: number;
  importedAt: number;
  issuers: TrustListIssuer[];
  keys: TrustListKey[];
  reviewed: ProvinceImport['reviewed'];
}

const spec: CollectionSpec<TrustedProvince> = { name: 'trusted_provinces', schemaVersion: 1 };

export interface Provinces {
  all(): Promise<TrustedProvince[]>;
  import(input: ProvinceImport): Promise<TrustedProvince>;
  remove(id: string): Promise<void>;
}

/** Declares its collection. `ours` says what no other province may name: our issuers, our hosts and our keys. */
export function createProvinces(
  storage: Storage,
  clock: Clock,
  ours: { baseUrl: string; issuers: readonly IssuerInfo[]; kids(): readonly string[] },
): Provinces {
  const collection: Collection<TrustedProvince> = storage.collection(spec);

  return {
    all: () => collection.list({ limit: 100 }),

    async import(input) {
      const now = seconds(clock);
      const { statement, list } = await opened(input, now);
      const expiresAt = Math.min(input.until, list.exp, statement.exp);
      const issuers = input.issuers.map(({ id }) => theirIssuer(input, list, id));
      const keys = input.issuers.flatMap((allowed) => theirKeys(input, list, allowed, expiresAt));
      refuseOurs(ours, issuers, keys);
      await refuseForeignNames(keys);
      const province: TrustedProvince = {
        id: input.id,
        name: input.name,
        number: list.number,
        expiresAt,
        importedAt: now,
        issuers,
        keys,
        reviewed: input.reviewed,
      };
      const before = await collection.get(input.id);
      if (!before) return collection.insert(province);
      if (list.number < before.number)
        throw refused(`their list ${list.number} is older than ${before.number}, which is here`);
      return collection.replace({ ...before, ...province });
    },

    async remove(id) {
      const present = await collection.get(id);
      if (!present) throw new ServiceError('not_found');
      await collection.delete(id, present.ver);
    },
  };
}

const refused = (detail: string): ServiceError => new ServiceError('invalid_request', { detail });

/** Their chain as our own verifier walks ours: root agreed upon, statement, trust-list key, list; all in force now. */
const opened = async (input: ProvinceImport, now: number) => {
  const root = rootIn(input.statement);
  if (!root || (await calculateJwkThumbprint(root as JWK)) !== input.root)
    throw refused('the statement is of another root than the one agreed upon');
  const statement = (await verifyJws(input.statement, root, 'onecert-root+jwt')) as
    | RootStatementPayload
    | undefined;
  const list =
    statement &&
    ((await verifyJws(input.list, statement.trust_list_key, 'onecert-trust-list+jwt')) as
      | TrustListPayload
      | undefined);
  if (!list || list.iss !== statement.iss) throw refused('their list is not signed under that root');
  for (const document of [statement, list])
    if (document.iat > now || document.exp <= now) throw refused('their documents are not in force now');
  return { statement, list };
};

const rootIn = (statement: string): RootStatementPayload['root'] | undefined => {
  try {
    return decodeJwt<RootStatementPayload>(statement).root;
  } catch {
    return undefined;
  }
};

const ownId = ({ id }: ProvinceImport, theirs: string): string => `${id}-${theirs}`;

const theirIssuer = (input: ProvinceImport, list: TrustListPayload, id: string): TrustListIssuer => {
  const found = list.issuers.find((issuer) => issuer.id === id);
  if (!found) throw refused(`their list has no issuer ${id}`);
  if (found.province) throw refused(`${id} is not theirs to vouch for`);
  if (found.region.slice(0, 2) !== input.region.slice(0, 2))
    throw refused(`${id} is not in the region of that province`);
  const { credit_code, name, region, url, did } = found;
  return { id: ownId(input, id), credit_code, name, region, url, did, province: input.name };
};

/** Certificate keys alone, for the types named on both sides, ended with our trust at the latest. */
const theirKeys = (
  input: ProvinceImport,
  list: TrustListPayload,
  allowed: ProvinceImport['issuers'][number],
  expiresAt: number,
): TrustListKey[] =>
  list.keys
    .filter(({ issuer, purpose }) => issuer === allowed.id && purpose === 'certificate')
    .map(({ kid, jwk, types, from, to, state }) => ({
      kid,
      jwk,
      issuer: ownId(input, allowed.id),
      purpose: 'certificate' as const,
      types: allowed.types.filter((type) => types?.includes(type)).sort(),
      from,
      to: Math.min(to, expiresAt),
      state,
    }))
    .filter(({ types, from, to }) => types.length > 0 && from < to);

const refuseOurs = (
  ours: { baseUrl: string; issuers: readonly IssuerInfo[]; kids(): readonly string[] },
  issuers: readonly TrustListIssuer[],
  keys: readonly TrustListKey[],
): void => {
  const { host } = new URL(ours.baseUrl);
  const regions = new Set(ours.issuers.map(({ region }) => region.slice(0, 2)));
  const kids = new Set(ours.kids());
  for (const { id, credit_code, region, url, did } of issuers) {
    const isOurs =
      regions.has(region.slice(0, 2)) ||
      ours.issuers.some((issuer) => issuer.id === id || issuer.creditCode === credit_code) ||
      hostOf(url) === host ||
      did.startsWith(`did:web:${encodeURIComponent(host)}`);
    if (isOurs) throw refused(`${id} stands for one of ours`);
  }
  if (keys.some(({ kid }) => kids.has(kid))) throw refused('their list names a key of ours');
};

const hostOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).host : undefined);

/** A key's name is its thumbprint, as every counter checks. */
const refuseForeignNames = async (keys: readonly TrustListKey[]): Promise<void> => {
  for (const { kid, jwk } of keys)
    if ('d' in jwk || kid !== (await calculateJwkThumbprint(jwk as JWK)))
      throw refused('a key of theirs does not bear its own name');
};
