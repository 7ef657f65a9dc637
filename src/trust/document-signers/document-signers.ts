/**
 * X.509 certificates of the keys that sign, for wallets and verifiers that go by certificates: ISO mdoc, and `x5c` in
 * JOSE headers. Ours goes by the trust list; a certificate is looked at in addition and never makes a key good.
 */
import { type Clock, seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import type { KeyPurpose, KeyRecord, Keyring, SigningKey } from '../../keyring/index.ts';
import type { Storage } from '../../storage/index.ts';
import { canSign } from '../can-sign.ts';
import type { IssuerInfo } from '../index.ts';
import { asDocument, CertificateStore, type X509Document } from './certificate-store.ts';
import { toPem } from './certificate-text.ts';
import { type ImportedCertificates, importCertificates } from './import-certificates.ts';
import {
  longestSigner,
  makeAuthority,
  makeCrl,
  makeRequest,
  makeSigner,
  type SignerSubject,
  signerSubject,
} from './make-certificates.ts';

/** A key with the certificate that counts for it now. */
export interface CertifiedKey {
  key: SigningKey;
  /** Base64 DER, leaf first, without the self-signed authority (HAIP 1.0). */
  x5c: string[];
  /** Unix seconds: nothing is signed for a time beyond. */
  notBefore: number;
  notAfter: number;
}

export interface KeyUse {
  purpose: KeyPurpose;
  owner: string;
}

export interface DocumentSigners {
  /** The newest ES256 key that can sign and has a certificate. Throws key_unavailable when there is none. */
  certified(use: KeyUse): Promise<CertifiedKey>;
  /** The authorities, as PEM: what verifiers of mdoc pin. */
  authorities(): Promise<string>;
  /** Which certificates are not to be believed any more; undefined while nobody signed such a list. DER. */
  crl(): Promise<Buffer | undefined>;
  /** For every key of these uses that can sign: a request to the authority. PEM. */
  requests(uses: readonly KeyUse[]): Promise<string[]>;
  /** Takes up certificates and lists from the authority. Throws invalid_request, saying what is wrong with which. */
  import(pem: string): Promise<ImportedCertificates>;
  /** What an operator has to look after: uses without a certificate, or with one that ends soon. English sentences. */
  alarms(uses: readonly KeyUse[]): Promise<string[]>;
}

const day = 86_400;
/** A certificate this close to its end is made anew, or complained about. */
const renewBefore = 30 * day;
const crlKeptMs = 60_000;

export const createDocumentSigners = (deps: {
  keyring: Keyring;
  storage: Storage;
  clock: Clock;
  baseUrl: string;
  issuers: readonly IssuerInfo[];
  province: { en: string };
  issuerUrl(id: string): string;
}): DocumentSigners => {
  const { keyring, clock, baseUrl, issuers, province } = deps;
  const store = new CertificateStore(deps.storage, clock);
  let lastMade: Promise<unknown> = Promise.resolve();
  let keptCrl: { der: Buffer; at: number } | undefined;

  const now = (): number => seconds(clock);
  const counts = ({ notBefore, notAfter }: X509Document): boolean => notBefore <= now() && now() <= notAfter;

  /** Newest first: those of a use that are in service. */
  const keysOf = ({ purpose, owner }: KeyUse): KeyRecord[] =>
    keyring
      .all()
      .filter((key) => key.purpose === purpose && key.owner === owner && key.alg === 'ES256')
      .filter(({ kid }) => canSign(keyring, kid))
      .sort((a, b) => b.notBefore - a.notBefore || b.createdAt - a.createdAt);

  const newest = async (role: X509Document['role'], kid?: string): Promise<X509Document | undefined> =>
    (await store.all())
      .filter((one) => one.role === role && (kid === undefined || one.kid === kid) && counts(one))
      .sort((a, b) => b.notAfter - a.notAfter)[0];

  const subjectOf = ({ purpose, owner, publicJwk }: KeyRecord): SignerSubject =>
    signerSubject({
      publicJwk,
      purpose,
      name: issuers.find(({ id }) => id === owner)?.name.en ?? province.en,
      url: purpose === 'login' ? baseUrl : deps.issuerUrl(owner),
    });

  const keep = async (role: 'authority' | 'signer', kid: string, der: Buffer): Promise<X509Document> => {
    const document = asDocument(role, kid, [der]);
    await store.add(document);
    return document;
  };

  /** On a development machine, where the authority's key is at hand. */
  const makeMissing = async (key: KeyRecord): Promise<X509Document | undefined> => {
    const [authorityKey] = keysOf({ purpose: 'document-ca', owner: 'province' });
    if (!authorityKey) return undefined;
    const made = lastMade.then(async () => {
      const known = await newest('signer', key.kid);
      if (known && !endsTooSoon(known, key)) return known;
      const signer = keyring.signer(authorityKey.kid);
      const authority =
        (await newest('authority', authorityKey.kid)) ??
        (await keep(
          'authority',
          authorityKey.kid,
          await makeAuthority({ key: signer, province: province.en, baseUrl }),
        ));
      const from = Math.max(key.notBefore, now() - renewBefore);
      return keep(
        'signer',
        key.kid,
        await makeSigner({
          authority: Buffer.from(authority.chain[0]!, 'base64'),
          authorityKey: signer,
          subject: subjectOf(key),
          from,
          to: Math.min(key.notAfter, from + longestSigner),
        }),
      );
    });
    lastMade = made.catch(() => undefined);
    return made;
  };

  const endsTooSoon = (one: X509Document, key: KeyRecord): boolean =>
    one.notAfter - now() < renewBefore && one.notAfter < key.notAfter;

  const certificateOf = async (key: KeyRecord): Promise<X509Document | undefined> => {
    const known = await newest('signer', key.kid);
    if (known && !endsTooSoon(known, key)) return known;
    return (await makeMissing(key)) ?? known;
  };

  return {
    async certified(use) {
      for (const key of keysOf(use)) {
        const certificate = await certificateOf(key);
        if (!certificate) continue;
        const { chain, notBefore, notAfter } = certificate;
        return { key: keyring.signer(key.kid), x5c: [...chain], notBefore, notAfter };
      }
      throw new ServiceError('key_unavailable', {
        cause: new Error(`no ${use.purpose} key of ${use.owner} has an X.509 certificate that counts now`),
      });
    },

    async authorities() {
      const [own] = keysOf({ purpose: 'certificate', owner: issuers[0]?.id ?? '' });
      if (own) await certificateOf(own); // on a development machine this makes the authority
      const found = (await store.all()).filter((one) => one.role === 'authority' && counts(one));
      return found.map(({ chain }) => toPem('CERTIFICATE', Buffer.from(chain[0]!, 'base64'))).join('');
    },

    async crl() {
      if (keptCrl && Math.abs(clock.now() - keptCrl.at) < crlKeptMs) return keptCrl.der;
      const [authorityKey] = keysOf({ purpose: 'document-ca', owner: 'province' });
      const authority = authorityKey && (await newest('authority', authorityKey.kid));
      if (!authority) {
        const stored = (await store.all()).filter((one) => one.role === 'crl' && counts(one));
        const last = stored.sort((a, b) => b.notBefore - a.notBefore)[0];
        return last && Buffer.from(last.chain[0]!, 'base64');
      }
      const stolen = new Set(
        keyring
          .all()
          .filter(({ state }) => state === 'compromised')
          .map(({ kid }) => kid),
      );
      const revoked = (await store.all()).filter((one) => one.role === 'signer' && stolen.has(one.kid ?? ''));
      const der = await makeCrl({
        authority: Buffer.from(authority.chain[0]!, 'base64'),
        authorityKey: keyring.signer(authorityKey.kid),
        revoked: revoked.map(({ chain }) => Buffer.from(chain[0]!, 'base64')),
        now: now(),
      });
      keptCrl = { der, at: clock.now() };
      return der;
    },

    requests: (uses) =>
      Promise.all(uses.flatMap(keysOf).map((key) => makeRequest(keyring.signer(key.kid), subjectOf(key)))),

    import: (pem) => importCertificates({ store, keyring }, pem),

    async alarms(uses) {
      const found: string[] = [];
      for (const use of uses) {
        for (const key of keysOf(use).slice(0, 1)) {
          const what = `${use.purpose} key ${key.kid} of ${use.owner}`;
          const certificate = await certificateOf(key);
          if (!certificate) found.push(`${what} has no X.509 certificate: nothing that needs one is signed`);
          else if (certificate.notAfter - now() < renewBefore)
            found.push(
              `${what}: its X.509 certificate ends in ${Math.floor((certificate.notAfter - now()) / day)} days`,
            );
        }
      }
      return found;
    },
  };
};
