/** Issues with a key made at the start and gone with the process: a did:key that no trust list names. */
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { generate as generateEcdsa } from '@digitalbazaar/ecdsa-multikey';
import { generate as generateEd25519 } from '@digitalbazaar/ed25519-multikey';
import { issue } from '@digitalbazaar/vc';
import type { JsonObject } from '../verifier/core/strict-json.ts';
import { isObject } from '../verifier/core/strict-json.ts';
import { type SuiteName, suites } from './check-proof.ts';
import { loadDocument } from './load-document.ts';

export interface TestIssuer {
  did: string;
  /** Signs in its own name, whoever the document named. `created`: an XSD dateTimeStamp. */
  sign(credential: JsonObject, created: string): Promise<JsonObject>;
}

const keyOf = async (suite: SuiteName) => {
  const made =
    suite === 'eddsa-rdfc-2022' ? await generateEd25519() : await generateEcdsa({ curve: 'P-256' });
  const did = `did:key:${made.publicKeyMultibase}`;
  return { did, signer: { ...made.signer(), id: `${did}#${made.publicKeyMultibase}` } };
};

export const createTestIssuer = async (suite: SuiteName): Promise<TestIssuer> => {
  const { did, signer } = await keyOf(suite);
  return {
    did,
    sign: (credential, created) =>
      issue({
        credential: {
          ...credential,
          issuer: isObject(credential.issuer) ? { ...credential.issuer, id: did } : did,
        },
        suite: new DataIntegrityProof({ cryptosuite: suites[suite], signer, date: created }),
        documentLoader: loadDocument,
        now: created,
      }),
  };
};
