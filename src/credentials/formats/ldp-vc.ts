/** W3C Verifiable Credential 2.0 with a Data Integrity proof: cryptosuite eddsa-rdfc-2022 or ecdsa-rdfc-2019. */
import { randomUUID } from 'node:crypto';
import { contextUrl } from '../catalogue/write-type-documents.ts';
import { type CryptosuiteName, canonicalBytes, createDocumentSigner } from './data-integrity.ts';
import {
  type CopyContent,
  type CredentialFormat,
  clockAllowance,
  endAfterDays,
  startOfHour,
} from './format.ts';
import type { LoadContext } from './load-context.ts';

/** W3C dates carry seconds, without fractions. */
export const toDateTime = (seconds: number): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;

/** did:jwk of the holder's device key. */
export const didOfKey = (jwk: object): string =>
  `did:jwk:${Buffer.from(JSON.stringify(jwk)).toString('base64url')}`;

const statusEntries = (baseUrl: string, { list, index }: { list: number; index: number }) =>
  (['revocation', 'suspension'] as const).map((statusPurpose) => ({
    id: `${baseUrl}/status/${list}/${statusPurpose}#${index}`,
    type: 'BitstringStatusListEntry',
    statusPurpose,
    statusListIndex: String(index),
    statusListCredential: `${baseUrl}/status/${list}/${statusPurpose}`,
  }));

const documentOf = ({ certificate, type, issuer, deviceKey, status, times, baseUrl }: CopyContent) => ({
  '@context': ['https://www.w3.org/ns/credentials/v2', contextUrl(baseUrl, type)],
  id: `urn:uuid:${randomUUID()}`,
  type: ['VerifiableCredential', type.w3cType],
  issuer: issuer.did,
  validFrom: toDateTime(times.notBefore),
  validUntil: toDateTime(times.expiresAt),
  credentialSubject: {
    ...(deviceKey ? { id: didOfKey(deviceKey.jwk) } : {}),
    identifier: certificate.identifier,
    ...certificate.fields,
  },
  credentialStatus: statusEntries(baseUrl, status!),
});

const algs = { 'eddsa-rdfc-2022': 'EdDSA', 'ecdsa-rdfc-2019': 'ES256' } as const;

export const createLdpVc = (
  loadContext: LoadContext,
  suite: CryptosuiteName = 'eddsa-rdfc-2022',
): CredentialFormat => {
  const signDocument = createDocumentSigner(loadContext, suite);
  return {
    alg: algs[suite],
    deviceKeyAlgs: ['ES256', 'EdDSA'],
    times: (now, copyDays) => ({
      notBefore: startOfHour(now) - clockAllowance,
      expiresAt: endAfterDays(now, copyDays),
    }),
    async build(content) {
      const { toBeSigned, assemble } = await signDocument(documentOf(content), {
        verificationMethod: `${content.issuer.did}#${content.kid}`,
        created: toDateTime(content.times.notBefore),
      });
      return { toBeSigned, assemble: async (signature) => JSON.stringify(await assemble(signature)) };
    },
    signedBytes: (credential) => canonicalBytes(JSON.parse(credential), loadContext, suite),
    toWire: (credential) => JSON.parse(credential),
  };
};
