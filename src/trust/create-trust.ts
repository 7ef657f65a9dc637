import { decodeJwt } from 'jose';
import { type Clock, seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { type Keyring, signJws, verifyJws } from '../keyring/index.ts';
import type { Storage } from '../storage/index.ts';
import type { PublicKeyJwk, RootStatementPayload, TrustListPayload } from '../verifier/core/trust-list.ts';
import { canSign } from './can-sign.ts';
import { createDocumentSigners } from './document-signers/document-signers.ts';
import type { IssuerInfo, Trust } from './index.ts';
import { createIssuerDocuments } from './issuer-documents.ts';
import { createProvinces } from './provinces.ts';
import {
  currentRoot,
  ROOT_STATEMENT_TYP,
  rootStatementContent,
  signRootStatement,
} from './sign-root-statement.ts';
import { type TrustDocument, type TrustDocumentKind, TrustDocumentStore } from './trust-document-store.ts';
import { trustListContent } from './trust-list-content.ts';

const TRUST_LIST_TYP = 'onecert-trust-list+jwt';
const TRUST_LIST_SECONDS = 30 * 86_400;
/** How often a renewal that failed (the root is away) is tried again. */
const RETRY_MS = 60_000;
const ATTEMPTS = 10;

export interface CreateTrustInput {
  keyring: Keyring;
  storage: Storage;
  clock: Clock;
  baseUrl: string;
  issuers: readonly IssuerInfo[];
  province: { zh: string; en: string };
}

interface Signed<P> {
  jws: string;
  payload: P;
}

/** Declares its collection at once; nothing is read or signed before the first call. */
export function createTrust(input: CreateTrustInput): Trust {
  const { keyring, clock, issuers, province } = input;
  const baseUrl = input.baseUrl.replace(/\/$/, '');
  const store = new TrustDocumentStore(input.storage, clock);
  const provinces = createProvinces(input.storage, clock, {
    baseUrl,
    issuers,
    kids: () => keyring.all().map(({ kid }) => kid),
  });
  const documents = createIssuerDocuments({ keyring, baseUrl, issuers });
  const { issuerUrl } = documents;
  const signers = createDocumentSigners({ ...input, baseUrl, issuerUrl });
  /** By kind for the list, of which only the newest counts; by id for the statements, of which there are few. */
  const verified = new Map<string, { id: string; kid: string; payload: unknown }>();
  let lastPublish: Promise<unknown> = Promise.resolve();
  let triedAt = Number.NEGATIVE_INFINITY;

  /** A stored document counts only when its signature does: whoever can write to the store is not the province. */
  async function open<P>(document: TrustDocument | undefined, key: PublicKeyJwk, typ: string) {
    if (!document) return undefined;
    const slot = document.kind === 'trust-list' ? document.kind : document.id;
    const known = verified.get(slot);
    if (known?.id === document.id && known.kid === key.kid) {
      return known.payload ? { jws: document.jws, payload: known.payload as P } : undefined;
    }
    const payload = (await verifyJws(document.jws, key, typ)) as
      | (P & { number?: number; iss?: string })
      | undefined;
    const fits = payload?.number === document.number && payload.iss === baseUrl;
    verified.set(slot, { id: document.id, kid: key.kid ?? '', payload: fits ? payload : undefined });
    return fits ? { jws: document.jws, payload: payload as P } : undefined;
  }

  /** The newest that has begun; one signed ahead in the ceremony waits for its day. */
  async function storedStatement(fresh = false): Promise<Signed<RootStatementPayload> | undefined> {
    const root = currentRoot(keyring).publicJwk as PublicKeyJwk;
    for (const document of (await store.statements({ fresh })).toReversed()) {
      const signed = await open<RootStatementPayload>(document, root, ROOT_STATEMENT_TYP);
      if (signed && signed.payload.iat <= seconds(clock)) return signed;
    }
    return undefined;
  }

  /** Statements signed ahead count as far as each begins before the one before it ends. */
  async function lastStatementEnd(): Promise<number> {
    let end = (await storedStatement())?.payload.exp ?? 0;
    const root = currentRoot(keyring).publicJwk as PublicKeyJwk;
    for (const document of await store.statements()) {
      const signed = await open<RootStatementPayload>(document, root, ROOT_STATEMENT_TYP);
      if (signed && signed.payload.iat <= Math.max(end, seconds(clock)))
        end = Math.max(end, signed.payload.exp);
    }
    return end;
  }

  /** The last statement of each root before the present one, oldest first. */
  async function rootHistory(): Promise<string[]> {
    const current = currentRoot(keyring).kid;
    const last = new Map<string, string>();
    for (const document of await store.statements()) {
      const { root, next_root: next } = decodeJwt<RootStatementPayload>(document.jws);
      const kid = root.kid ?? '';
      const record = kid === current ? undefined : keyring.find(kid);
      if (record?.purpose !== 'root' || next === '') continue;
      if (await open(document, record.publicJwk as PublicKeyJwk, ROOT_STATEMENT_TYP)) {
        last.delete(kid);
        last.set(kid, document.jws);
      }
    }
    return [...last.values()];
  }

  async function storedList(fresh = false): Promise<Signed<TrustListPayload> | undefined> {
    const statement = await storedStatement(fresh);
    if (!statement) return undefined;
    const key = statement.payload.trust_list_key;
    return open<TrustListPayload>(await store.newest('trust-list', { fresh }), key, TRUST_LIST_TYP);
  }

  const halfLifeLeft = ({ payload }: Signed<{ iat: number; exp: number }>): boolean =>
    payload.exp - seconds(clock) >= (payload.exp - payload.iat) / 2;
  const inForce = ({ payload }: Signed<{ exp: number }>): boolean => seconds(clock) < payload.exp;

  /** Signs under the next free number; when somebody else takes it first, looks again whether there is a need. */
  async function renew<P>(
    kind: TrustDocumentKind,
    stillGood: () => Promise<Signed<P> | undefined>,
    sign: (number: number) => Promise<string>,
  ): Promise<Signed<P>> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const good = await stillGood();
      if (good) return good;
      const number = ((await store.newest(kind, { fresh: true }))?.number ?? 0) + 1;
      await store.add(kind, number, await sign(number));
    }
    throw new ServiceError('conflict', { cause: new Error(`${kind}: a fresh one does not come to stand`) });
  }

  async function ensureStatement(): Promise<Signed<RootStatementPayload>> {
    if (!canSign(keyring, currentRoot(keyring).kid)) {
      const stored = await storedStatement(true);
      if (stored && inForce(stored)) return stored;
      throw new ServiceError('key_unavailable', {
        cause: new Error('no root statement is in force: import one that was signed in the ceremony'),
      });
    }
    const trustListKey = keyring.active('trust-list', 'province', 'ES256').publicJwk as PublicKeyJwk;
    const content = JSON.stringify(rootStatementContent(keyring, baseUrl, trustListKey));
    return renew(
      'root-statement',
      async () => {
        const stored = await storedStatement(true);
        if (!stored || !halfLifeLeft(stored)) return undefined;
        const { iss, root, next_root, trust_list_key } = stored.payload;
        return JSON.stringify({ iss, root, next_root, trust_list_key }) === content ? stored : undefined;
      },
      (number) => signRootStatement({ keyring, clock, baseUrl, number, trustListKey }),
    );
  }

  async function publishNow(): Promise<TrustListPayload> {
    // The command line may have ended a key a moment ago: a list from an old state would bring it back.
    await keyring.reload();
    const statement = await ensureStatement();
    // The key the root names, not merely the newest one: verifiers believe no other.
    const signer = keyring.signer(statement.payload.trust_list_key.kid ?? '');
    const content = trustListContent({
      keyring,
      province,
      issuers,
      documents,
      others: await provinces.all(),
    });
    const list = await renew(
      'trust-list',
      async () => {
        const stored = await storedList(true);
        if (!stored || !halfLifeLeft(stored)) return undefined;
        const { province: named, issuers: listed, keys } = stored.payload;
        const same = JSON.stringify({ province: named, issuers: listed, keys }) === JSON.stringify(content);
        return same ? stored : undefined;
      },
      (number) => {
        const iat = seconds(clock);
        const payload: TrustListPayload = {
          iss: baseUrl,
          number,
          iat,
          exp: iat + TRUST_LIST_SECONDS,
          ...content,
        };
        return signJws(signer, TRUST_LIST_TYP, payload);
      },
    );
    return list.payload;
  }

  function publish(): Promise<TrustListPayload> {
    const result = lastPublish.then(publishNow);
    lastPublish = result.catch(() => undefined);
    return result;
  }

  /** What is in force, renewed when half its life is over. */
  async function current<P extends { iat: number; exp: number }>(
    stored: () => Promise<Signed<P> | undefined>,
  ): Promise<Signed<P>> {
    const before = await stored();
    if (before && halfLifeLeft(before)) return before;
    const usable = before && inForce(before) ? before : undefined;
    if (usable && clock.now() - triedAt < RETRY_MS) return usable;
    triedAt = clock.now();
    try {
      await publish();
    } catch (error) {
      if (usable) return usable;
      throw error;
    }
    const after = await stored();
    if (!after) throw new ServiceError('key_unavailable');
    return after;
  }

  return {
    ...documents,
    signers,
    issuers: () => [...issuers],
    issuer: (id) => issuers.find((issuer) => issuer.id === id),
    rootPublicJwk: () => ({ ...currentRoot(keyring).publicJwk }),
    rootStatement: async () => (await current(storedStatement)).jws,
    trustList: async () => (await current(storedList)).jws,
    trustListPayload: async () => (await current(storedList)).payload,
    publish,
    rootHistory,
    documentEnds: async () => ({
      rootStatement: await lastStatementEnd(),
      trustList: (await storedList())?.payload.exp ?? 0,
    }),
    provinces,

    async importRootStatement(jws) {
      const root = currentRoot(keyring).publicJwk;
      const payload = (await verifyJws(jws, root, ROOT_STATEMENT_TYP)) as RootStatementPayload | undefined;
      if (
        !payload ||
        payload.iss !== baseUrl ||
        payload.root.kid !== root.kid ||
        payload.exp <= seconds(clock)
      ) {
        throw new ServiceError('invalid_request', {
          detail: 'This is not a statement of our root that is in force.',
        });
      }
      const newest = await store.newest('root-statement', { fresh: true });
      if (
        payload.number <= (newest?.number ?? 0) ||
        !(await store.add('root-statement', payload.number, jws))
      ) {
        throw new ServiceError('conflict', {
          detail: 'A statement with this number or a higher one is here already.',
        });
      }
      return payload;
    },
  };
}
