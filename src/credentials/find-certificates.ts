import { DataKeyDestroyed, type Versioned } from '../storage/index.ts';
import { toCertificate } from './certificate-record.ts';
import { type CertificateDocument, type CredentialStore, everyOf } from './credential-store.ts';
import type { Certificate } from './index.ts';

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
      ? everyOf(store.certificates, 'holder', holder)
      : type !== undefined
        ? everyOf(store.certificates, 'type', type)
        : everyCertificate(store);
  const found: Certificate[] = [];
  for await (const document of source)
    if (type === undefined || document.type === type) found.push(toCertificate(document));
  return found;
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
