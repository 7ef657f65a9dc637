/** What departments publish for other people's verifiers; ours resolves nothing and goes by the trust list. */
import { ServiceError } from '../errors.ts';
import type { KeyRecord, Keyring } from '../keyring/index.ts';
import type { IssuerInfo, Trust } from './index.ts';
import { publicKeyMultibase } from './multikey.ts';

export type IssuerDocuments = Pick<Trust, 'issuerUrl' | 'issuerDid' | 'didDocument' | 'jwtVcIssuerMetadata'>;

export function createIssuerDocuments(input: {
  keyring: Keyring;
  baseUrl: string;
  issuers: readonly IssuerInfo[];
}): IssuerDocuments {
  const { keyring, baseUrl, issuers } = input;
  const issuerUrl = (id: string) => `${baseUrl}/issuers/${id}`;
  // did:web: the port's colon is percent-encoded, path segments are separated by colons.
  const issuerDid = (id: string) => `did:web:${encodeURIComponent(new URL(baseUrl).host)}:issuers:${id}`;

  /** Retired keys stay, for what they signed in their time; stolen ones prove nothing any more. */
  function keysOf(id: string): KeyRecord[] {
    const purpose = id === 'province' ? 'status' : 'certificate';
    if (id !== 'province' && !issuers.some((issuer) => issuer.id === id)) throw new ServiceError('not_found');
    return keyring
      .all()
      .filter((key) => key.owner === id && key.purpose === purpose)
      .filter((key) => key.state === 'active' || key.state === 'retired');
  }

  return {
    issuerUrl,
    issuerDid,

    didDocument(id) {
      const did = issuerDid(id);
      const methods = keysOf(id).flatMap((key) => verificationMethods(did, key));
      return {
        '@context': [
          'https://www.w3.org/ns/did/v1',
          'https://w3id.org/security/multikey/v1',
          'https://w3id.org/security/jwk/v1',
        ],
        id: did,
        alsoKnownAs: [issuerUrl(id)],
        verificationMethod: methods,
        assertionMethod: methods.map((method) => method.id),
      };
    },

    jwtVcIssuerMetadata: (id) => ({
      issuer: issuerUrl(id),
      jwks: { keys: keysOf(id).map((key) => ({ ...key.publicJwk, use: 'sig' })) },
    }),
  };
}

/** `<did>#<kid>` is what proofs name: a Multikey for eddsa-rdfc-2022 and ecdsa-rdfc-2019. Each is given as JWK too. */
function verificationMethods(did: string, key: KeyRecord): { id: string; [member: string]: unknown }[] {
  const id = `${did}#${key.kid}`;
  const { kid: _, ...jwk } = key.publicJwk;
  return [
    { id, type: 'Multikey', controller: did, publicKeyMultibase: publicKeyMultibase(key.publicJwk) },
    // CID 1.0 §2.2.3: a kid should equal the fragment, and this one is already taken.
    { id: `${id}-jwk`, type: 'JsonWebKey', controller: did, publicKeyJwk: jwk },
  ];
}
