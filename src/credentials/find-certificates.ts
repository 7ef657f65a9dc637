import { DataKeyDestroyed, type Versioned } from '../storage/index.ts';
import { toCertificate } from './certificate-record.ts';
import { type CertificateDocument, type CredentialStore, everyOf } from './credential-store.ts';
import type { Certificate, CertificateSummary, IssuersPage } from './index.ts';

/** Undefined too when the holder's account was closed: what was issued to her cannot be read by anybody any more. */
export const getRecord = async (
  store: CredentialStore,
  id: string,
): Promise<Versioned<CertificateDocument> | undefined> => {
  try {
    return await store.certificates.get(id);
  } catch (error) {
    if (error instanceof DataKeyDestroyed) return undefined;
    throw error;
  }
};

/** The records in which this holder has a share. */
export async function* sharedBy(
  store: CredentialStore,
  holder: string,
): AsyncGenerator<Versioned<CertificateDocument>> {
  for await (const { certificate } of everyOf(store.jointHolders, 'holder', holder)) {
    const record = await getRecord(store, certificate);
    if (record?.holders.includes(holder)) yield record;
  }
}

/** Every record this holder has, her own first. */
export async function* recordsOf(
  store: CredentialStore,
  holder: string,
): AsyncGenerator<Versioned<CertificateDocument>> {
  yield* everyOf(store.certificates, 'holder', holder);
  yield* sharedBy(store, holder);
}

export const findCertificate = async (
  store: CredentialStore,
  idOrIdentifier: string,
): Promise<Certificate | undefined> => {
  const [named] = await store.certificates.find('identifier', idOrIdentifier);
  const found = await getRecord(store, named?.id ?? idOrIdentifier);
  return found && toCertificate(found);
};

export const listCertificates = async (
  store: CredentialStore,
  filter: { holder?: string; type?: string } = {},
): Promise<Certificate[]> => {
  const { holder, type } = filter;
  const source =
    holder !== undefined
      ? recordsOf(store, holder)
      : type !== undefined
        ? everyOf(store.certificates, 'type', type)
        : everyCertificate(store);
  const found: Certificate[] = [];
  for await (const document of source)
    if (type === undefined || document.type === type) found.push(toCertificate(document, holder));
  return found;
};

/** The first `limit` by id of what these departments issued: no more is read than one page of each. */
export const pageOfIssuers = async (
  store: CredentialStore,
  input: IssuersPage,
): Promise<CertificateSummary[]> => {
  const { issuers, limit } = input;
  const isAsked = ({ type, state }: CertificateDocument): boolean =>
    (input.type === undefined || type === input.type) && (input.state === undefined || state === input.state);
  const firstOf = async (issuer: string): Promise<CertificateDocument[]> => {
    const found: CertificateDocument[] = [];
    for (let after = input.after; ; ) {
      const page = await store.certificates.find('issuer', issuer, { after, limit });
      found.push(...page.filter(isAsked));
      if (found.length >= limit || page.length < limit) return found;
      after = page.at(-1)!.id;
    }
  };
  const found = (await Promise.all(issuers.map(firstOf))).flat();
  return found
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, limit)
    .map(({ id, identifier, type, issuer, state, validFrom, validUntil }) => ({
      id,
      identifier,
      type,
      issuer,
      state,
      validFrom,
      ...(validUntil === undefined ? {} : { validUntil }),
    }));
};

async function* everyCertificate(
  store: CredentialStore,
): AsyncGenerator<CertificateDocument & { ver: number }> {
  for (let after: string | undefined; ; ) {
    const page = await store.certificates.list({ after, limit: 500 });
    yield* page;
    if (page.length < 500) return;
    after = page[page.length - 1]!.id;
  }
}
