/** A wallet and a reader of ISO mdoc that are not ours: @owf/mdoc over node:crypto. */
import { createHash, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import 'reflect-metadata';
import {
  CoseKey,
  DeviceRequest,
  DocRequest,
  Holder,
  IssuerSigned,
  ItemsRequest,
  type MdocContext,
  SessionTranscript,
  Verifier,
} from '@owf/mdoc';
import * as x509 from '@peculiar/x509';
import type { JWK } from 'jose';

const { subtle } = webcrypto;
const p256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const own = (bytes: Uint8Array) => new Uint8Array(bytes);
const notHere = () => {
  throw new Error('this reader makes no MAC');
};

const importKey = (key: CoseKey, usage: 'sign' | 'verify') => {
  const { kty, crv, x, y, d } = key.jwk as JWK;
  const jwk = { kty, crv, x, y, ...(usage === 'sign' ? { d } : {}) };
  return subtle.importKey('jwk', jwk as JsonWebKey, p256, false, [usage]);
};

const read = (der: Uint8Array) => new x509.X509Certificate(own(der));

export const mdocContext: MdocContext = {
  crypto: {
    random: (length) => new Uint8Array(randomBytes(length)),
    digest: ({ digestAlgorithm, bytes }) =>
      new Uint8Array(createHash(digestAlgorithm.replace('-', '')).update(bytes).digest()),
    calculateEphemeralMacKey: notHere,
  },
  cose: {
    sign1: {
      sign: async ({ toBeSigned, key }) =>
        new Uint8Array(await subtle.sign(p256, await importKey(key, 'sign'), own(toBeSigned))),
      verify: async ({ key, sign1 }) =>
        subtle.verify(p256, await importKey(key, 'verify'), own(sign1.signature), own(sign1.toBeSigned)),
    },
    mac0: { sign: notHere, verify: notHere },
  },
  x509: {
    getIssuerNameField: ({ certificate, field }) => read(certificate).issuerName.getField(field),
    async getPublicKey({ certificate }) {
      const jwk = new X509Certificate(certificate).publicKey.export({ format: 'jwk' });
      return CoseKey.fromJwk(jwk as Record<string, unknown>);
    },
    async verifyCertificateChain({ trustedCertificates, x5chain, now = new Date() }) {
      const [leaf, ...more] = x5chain.map((der) => new X509Certificate(der));
      if (!leaf || more.length > 0) throw new Error('one certificate is expected');
      if (now < new Date(leaf.validFrom) || now > new Date(leaf.validTo)) throw new Error('not in its time');
      const authorities = trustedCertificates.map((der) => new X509Certificate(der));
      if (!authorities.some((one) => leaf.checkIssued(one) && leaf.verify(one.publicKey)))
        throw new Error('no trusted authority issued this certificate');
    },
    getCertificateData: ({ certificate }) => {
      const { issuer, subject, serialNumber, notBefore, notAfter } = read(certificate);
      return {
        issuerName: issuer,
        subjectName: subject,
        serialNumber,
        thumbprint: createHash('sha256').update(certificate).digest('hex'),
        notBefore,
        notAfter,
        pem: read(certificate).toString(),
      };
    },
  },
};

/** As a wallet does on receipt: chain, signature, digests, times. Throws when one does not fit. */
export const receiveMdoc = async (credential: string, authority: Uint8Array, now: Date) => {
  await Holder.verifyIssuerSigned(
    { issuerSigned: credential, trustedCertificates: [authority], now },
    mdocContext,
  );
  return IssuerSigned.fromEncodedForOid4Vci(credential);
};

export const sessionOf = (nonce: string): Promise<SessionTranscript> =>
  SessionTranscript.forOid4Vp(
    { clientId: 'x509_hash:counter', responseUri: 'https://counter.example/answer', nonce } as never,
    mdocContext,
  );

/** A DeviceResponse for these elements, signed by the device. */
export const presentMdoc = async (input: {
  issuerSigned: IssuerSigned;
  docType: string;
  elements: Record<string, string[]>;
  session: SessionTranscript;
  devicePrivateJwk: JWK;
}) => {
  const namespaces = Object.fromEntries(
    Object.entries(input.elements).map(([namespace, names]) => [
      namespace,
      Object.fromEntries(names.map((name) => [name, false])),
    ]),
  );
  const deviceRequest = DeviceRequest.create({
    docRequests: [
      DocRequest.create({ itemsRequest: ItemsRequest.create({ docType: input.docType, namespaces }) }),
    ],
  });
  const response = await Holder.createDeviceResponseForDeviceRequest(
    {
      deviceRequest,
      sessionTranscript: input.session,
      issuerSigned: [input.issuerSigned],
      signature: { signingKey: CoseKey.fromJwk({ ...input.devicePrivateJwk, alg: 'ES256' }) },
    },
    mdocContext,
  );
  return { response, deviceRequest };
};

/** As a reader of somebody else's judges it. Throws when something does not fit. */
export const readMdoc = (
  response: Awaited<ReturnType<typeof presentMdoc>>,
  session: SessionTranscript,
  authority: Uint8Array,
  now: Date,
) =>
  Verifier.verifyDeviceResponse(
    {
      deviceResponse: response.response,
      deviceRequest: response.deviceRequest,
      sessionTranscript: session,
      trustedCertificates: [authority],
      now,
    },
    mdocContext,
  );
