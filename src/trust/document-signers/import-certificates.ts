/** What the offline authority signed, taken up by a server; every file is looked at before it counts. */
import { X509Certificate } from 'node:crypto';
import type { JWK } from 'jose';
import { ServiceError } from '../../errors.ts';
import type { Keyring } from '../../keyring/index.ts';
import { isForSigning } from '../certificate-extensions.ts';
import { pathToAuthority } from '../certificate-path.ts';
import { asDocument, type CertificateStore, fingerprint } from './certificate-store.ts';
import { blocksOf } from './certificate-text.ts';
import { readCrl } from './make-certificates.ts';

export interface ImportedCertificates {
  authorities: number;
  signers: number;
  crls: number;
}

interface Deps {
  store: CertificateStore;
  keyring: Keyring;
}

const refused = (detail: string, cause?: unknown) => new ServiceError('invalid_request', { detail, cause });

const authoritiesOf = async ({ store }: Deps): Promise<Buffer[]> =>
  (await store.all())
    .filter(({ role }) => role === 'authority')
    .map(({ chain }) => Buffer.from(chain[0]!, 'base64'));

const importSigner = async (
  deps: Deps,
  leaf: X509Certificate,
  between: X509Certificate[],
): Promise<boolean> => {
  const refuse = (why: string) => refused(`${leaf.subject.replaceAll('\n', ', ')}: ${why}`);
  const { x, y } = leaf.publicKey.export({ format: 'jwk' }) as JWK;
  const key = deps.keyring.all().find(({ publicJwk }) => publicJwk.x === x && publicJwk.y === y);
  if (key?.alg !== 'ES256') throw refuse('is for no ES256 key of this instance');
  const authorities = (await authoritiesOf(deps)).map((der) => new X509Certificate(der));
  const path = pathToAuthority([leaf, ...between], authorities);
  if (!path) throw refuse('is signed by no authority that is here: import that one first');
  if (!isForSigning(leaf)) throw refuse('is not for signing');
  const chain = path.slice(0, -1).map(({ raw }) => raw);
  const document = asDocument('signer', key.kid, chain);
  // Or documents would be signed for a time in which the key is not in the trust list.
  if (document.notAfter > key.notAfter) throw refuse('outlives its key');
  return deps.store.add(document);
};

const importCrl = async (deps: Deps, pem: string): Promise<boolean> => {
  const list = await readCrl(pem, await authoritiesOf(deps)).catch((cause: unknown) => {
    throw refused('a list of revoked certificates is signed by no authority that is here', cause);
  });
  return deps.store.add({
    id: fingerprint(list.der),
    role: 'crl',
    chain: [list.der.toString('base64')],
    notBefore: list.thisUpdate,
    notAfter: list.nextUpdate,
  });
};

const parse = (pem: string): X509Certificate => {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw refused('one of these is no certificate', cause);
  }
};

const countOf = async <T>(all: readonly T[], add: (one: T) => Promise<boolean>): Promise<number> => {
  let added = 0;
  for (const one of all) if (await add(one)) added += 1;
  return added;
};

/** Authorities (self-signed), certificates of our keys with what lies between, lists of the revoked: in one PEM. */
export const importCertificates = async (deps: Deps, pem: string): Promise<ImportedCertificates> => {
  const given = blocksOf(pem, 'CERTIFICATE').map(parse);
  const selfSigned = given.filter((one) => one.ca && one.checkIssued(one) && one.verify(one.publicKey));
  const between = given.filter((one) => one.ca && !selfSigned.includes(one));
  return {
    authorities: await countOf(selfSigned, ({ raw }) =>
      deps.store.add(asDocument('authority', undefined, [raw])),
    ),
    signers: await countOf(
      given.filter(({ ca }) => !ca),
      (leaf) => importSigner(deps, leaf, between),
    ),
    crls: await countOf(blocksOf(pem, 'X509 CRL'), (text) => importCrl(deps, text)),
  };
};
