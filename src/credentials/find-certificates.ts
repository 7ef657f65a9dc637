import { toCertificate } from './certificate-record.ts';
import { type CertificateDocument, type CredentialStore, everyOf } from './credential-store.ts';
import type { Certificate } from './index.ts';

export const findCertificate = async (
  store: CredentialStore,
  idOrIdentifier: string,
): Promise<Certificate | undefined> => {
  const found =
    (await store.certificates.get(idOrIdentifier)) ??
    (await store.certificates.find('identifier', idOrIdentifier))[0];
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
