/**
 * X.509 certificates as ISO/IEC 18013-5 Annex B profiles them (IACA root, document signer, list of the revoked), and the
 * requests for them (RFC 2986). Signed through the keyring: no private key is ever exported.
 */
import { createPublicKey, webcrypto } from 'node:crypto';
import type * as X509 from '@peculiar/x509';
import type { JWK } from 'jose';
import type { KeyPurpose, SigningKey } from '../../keyring/index.ts';

/** Loaded on first use: a server that only reads certificates does without. The polyfill has to come first. */
const load = async (): Promise<typeof X509> => {
  await import('reflect-metadata');
  return import('@peculiar/x509');
};

const day = 86_400;
/** Annex B.1.4: a document signer's certificate lives 457 days at most. Seconds. */
export const longestSigner = 457 * day;
const crlDays = 30;

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** What a key may do by its certificate: ISO/IEC 18013-5 Annex B.1.4; Token Status List §10.1. */
const usages: Partial<Record<KeyPurpose, string>> = {
  certificate: '1.0.18013.5.1.2',
  status: '1.3.6.1.5.5.7.3.30',
};

/** Whom a certificate is about. */
export interface SignerSubject {
  name: X509.JsonName;
  /** DER. */
  spki: Uint8Array<ArrayBuffer>;
  /** `iss` of what the key signs. */
  url: string;
  usage: string | undefined;
}

export const spkiOf = (jwk: JWK): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    createPublicKey({ key: jwk as Record<string, unknown>, format: 'jwk' }).export({
      type: 'spki',
      format: 'der',
    }),
  );

export const signerSubject = (input: {
  publicJwk: JWK;
  purpose: KeyPurpose;
  name: string;
  url: string;
}): SignerSubject => ({
  name: [{ C: ['CN'] }, { O: [input.name] }, { CN: [`${input.name} ${input.purpose} key`] }],
  spki: spkiOf(input.publicJwk),
  url: input.url,
  usage: usages[input.purpose],
});

/** WebCrypto as the library wants it, with the keyring's `sign` in it (r||s, as WebCrypto has it). */
const cryptoOf = (key: SigningKey): { crypto: Crypto; handle: CryptoKey } => {
  const { subtle } = webcrypto;
  const over = {
    sign: async (_alg: unknown, _key: unknown, data: BufferSource) =>
      new Uint8Array(await key.sign(new Uint8Array(data as ArrayBuffer))).buffer,
    exportKey: async () => spkiOf(key.publicJwk).buffer,
    digest: subtle.digest.bind(subtle),
    importKey: subtle.importKey.bind(subtle),
    verify: subtle.verify.bind(subtle),
  };
  const crypto = { subtle: over, getRandomValues: webcrypto.getRandomValues.bind(webcrypto) };
  const handle = { type: 'private', algorithm: ecdsa, extractable: false, usages: ['sign'] };
  return { crypto: crypto as unknown as Crypto, handle: handle as unknown as CryptoKey };
};

const dateOf = (seconds: number): Date => new Date(seconds * 1000);
const secondsOf = (date: Date): number => Math.floor(date.getTime() / 1000);
const crlUrl = (baseUrl: string): string => `${baseUrl}/trust/document-ca.crl`;

/** Annex B.1.2: the authority (IACA) all document signers stand under. DER. */
export const makeAuthority = async (input: {
  key: SigningKey;
  province: string;
  baseUrl: string;
}): Promise<Buffer> => {
  const x509 = await load();
  const { key, province, baseUrl } = input;
  const { crypto, handle } = cryptoOf(key);
  const name: X509.JsonName = [
    { C: ['CN'] },
    { O: [province] },
    { CN: [`${province} document signing authority`] },
  ];
  const spki = spkiOf(key.publicJwk);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject: new x509.Name(name),
      issuer: new x509.Name(name),
      notBefore: dateOf(key.notBefore),
      notAfter: dateOf(key.notAfter),
      publicKey: spki,
      signingKey: handle,
      signingAlgorithm: ecdsa,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(
          new x509.PublicKey(spki),
          false,
          webcrypto as unknown as Crypto,
        ),
        new x509.IssuerAlternativeNameExtension([{ type: 'url', value: baseUrl }]),
        new x509.CRLDistributionPointsExtension([crlUrl(baseUrl)]),
      ],
    },
    crypto,
  );
  return Buffer.from(certificate.rawData);
};

/** Annex B.1.4, for a key whose owner asked, or that lies on this machine. Never longer than the authority's own. DER. */
export const makeSigner = async (input: {
  authority: Uint8Array;
  authorityKey: SigningKey;
  subject: SignerSubject;
  /** Unix seconds. */
  from: number;
  to: number;
}): Promise<Buffer> => {
  const x509 = await load();
  const { subject, authorityKey } = input;
  const authority = new x509.X509Certificate(new Uint8Array(input.authority));
  const { crypto, handle } = cryptoOf(authorityKey);
  const from = Math.max(input.from, secondsOf(authority.notBefore));
  const to = Math.min(input.to, secondsOf(authority.notAfter), from + longestSigner);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject: new x509.Name(subject.name),
      issuer: authority.subjectName,
      notBefore: dateOf(from),
      notAfter: dateOf(to),
      publicKey: subject.spki,
      signingKey: handle,
      signingAlgorithm: ecdsa,
      extensions: [
        await x509.AuthorityKeyIdentifierExtension.create(
          authority.publicKey,
          false,
          webcrypto as unknown as Crypto,
        ),
        await x509.SubjectKeyIdentifierExtension.create(
          new x509.PublicKey(subject.spki),
          false,
          webcrypto as unknown as Crypto,
        ),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        ...(subject.usage ? [new x509.ExtendedKeyUsageExtension([subject.usage], true)] : []),
        new x509.SubjectAlternativeNameExtension(alternativeNames(subject.url)),
        // issuerAltName and cRLDistributionPoints in the words of the authority's own.
        ...authority.extensions.filter(({ type }) => type === '2.5.29.18' || type === '2.5.29.31'),
      ],
    },
    crypto,
  );
  return Buffer.from(certificate.rawData);
};

const alternativeNames = (url: string): X509.JsonGeneralNames => [
  { type: 'url', value: url },
  { type: 'dns', value: new URL(url).hostname },
];

/** A request for a certificate, signed with the key itself. PEM. */
export const makeRequest = async (key: SigningKey, subject: SignerSubject): Promise<string> => {
  const x509 = await load();
  const { crypto, handle } = cryptoOf(key);
  const request = await x509.Pkcs10CertificateRequestGenerator.create(
    {
      name: new x509.Name(subject.name),
      keys: { privateKey: handle, publicKey: { ...handle, type: 'public' } as CryptoKey },
      signingAlgorithm: ecdsa,
      extensions: [
        ...(subject.usage ? [new x509.ExtendedKeyUsageExtension([subject.usage], true)] : []),
        new x509.SubjectAlternativeNameExtension(alternativeNames(subject.url)),
      ],
    },
    crypto,
  );
  return request.toString('pem');
};

/** Throws unless the request is signed with the key it names and says whom it is for. */
export const readRequest = async (pem: string): Promise<SignerSubject> => {
  const x509 = await load();
  const request = new x509.Pkcs10CertificateRequest(pem);
  if (!(await request.verify(webcrypto as unknown as Crypto)))
    throw new Error('a request is not signed with its own key');
  const names = request.extensions.find((one) => one instanceof x509.SubjectAlternativeNameExtension);
  const url = names?.names.items.find(({ type }) => type === 'url')?.value;
  if (url === undefined) throw new Error('a request does not say whom it is for');
  const usage = request.extensions.find((one) => one instanceof x509.ExtendedKeyUsageExtension);
  return {
    name: request.subjectName.toJSON(),
    spki: new Uint8Array(request.publicKey.rawData),
    url,
    usage: usage?.usages[0] as string | undefined,
  };
};

/** RFC 5280 §5.2.3: two's complement, shortest. */
const derInteger = (value: number): Uint8Array<ArrayBuffer> => {
  let hex = value.toString(16);
  if (hex.length % 2 === 1) hex = `0${hex}`;
  if (Number.parseInt(hex.slice(0, 2), 16) >= 0x80) hex = `00${hex}`;
  return new Uint8Array([0x02, hex.length / 2, ...Buffer.from(hex, 'hex')]);
};

/** Annex B.1.5: which certificates of this authority are not to be believed any more. DER. */
export const makeCrl = async (input: {
  authority: Uint8Array;
  authorityKey: SigningKey;
  /** DER. */
  revoked: readonly Uint8Array[];
  now: number;
}): Promise<Buffer> => {
  const x509 = await load();
  const { authorityKey, now } = input;
  const authority = new x509.X509Certificate(new Uint8Array(input.authority));
  const { crypto, handle } = cryptoOf(authorityKey);
  const crl = await x509.X509CrlGenerator.create(
    {
      issuer: authority.subjectName,
      thisUpdate: dateOf(now),
      nextUpdate: dateOf(now + crlDays * day),
      signingKey: handle,
      signingAlgorithm: ecdsa,
      entries: input.revoked.map((der) => ({
        serialNumber: new x509.X509Certificate(new Uint8Array(der)).serialNumber,
        revocationDate: dateOf(now),
        reason: x509.X509CrlReason.keyCompromise,
      })),
      extensions: [
        await x509.AuthorityKeyIdentifierExtension.create(
          authority.publicKey,
          false,
          webcrypto as unknown as Crypto,
        ),
        new x509.Extension('2.5.29.20', false, derInteger(now)),
      ],
    },
    crypto,
  );
  return Buffer.from(crl.rawData);
};

/** A list that one of these authorities signed: its times and bytes. Throws for any other. */
export const readCrl = async (
  pem: string,
  authorities: readonly Uint8Array[],
): Promise<{ der: Buffer; thisUpdate: number; nextUpdate: number }> => {
  const x509 = await load();
  const crl = new x509.X509Crl(pem);
  for (const der of authorities) {
    const authority = new x509.X509Certificate(new Uint8Array(der));
    const signed = await crl.verify({ publicKey: authority }, webcrypto as unknown as Crypto);
    if (signed && crl.nextUpdate)
      return {
        der: Buffer.from(crl.rawData),
        thisUpdate: secondsOf(crl.thisUpdate),
        nextUpdate: secondsOf(crl.nextUpdate),
      };
  }
  throw new Error('no authority here signed this list');
};
