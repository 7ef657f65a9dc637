/** Data Integrity proofs (eddsa-rdfc-2022): canonised once, signed as often as needed over the same 64 bytes. */
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { issue } from '@digitalbazaar/vc';
import type { LoadContext } from './load-context.ts';

export interface SigningTerms {
  verificationMethod: string;
  /** XSD dateTimeStamp of the proof. */
  created: string;
  loadContext: LoadContext;
}

export interface UnsignedDocument {
  toBeSigned: Uint8Array;
  assemble(signature: Uint8Array): Promise<Record<string, unknown>>;
}

const proofBy = (id: string, created: string | undefined, sign: (data: Uint8Array) => Uint8Array) =>
  new DataIntegrityProof({
    cryptosuite,
    date: created,
    signer: { id, algorithm: 'Ed25519', sign: async ({ data }) => sign(data) },
  });

/** Everything up to the signature: the bytes it will be over, and how to put it in. */
export const signDocument = async (
  document: Record<string, unknown>,
  { verificationMethod, created, loadContext }: SigningTerms,
): Promise<UnsignedDocument> => {
  let toBeSigned = new Uint8Array();
  const capturing = proofBy(verificationMethod, created, (data) => {
    toBeSigned = Uint8Array.from(data);
    return new Uint8Array(64);
  });
  const unsigned = await issue({ credential: document, suite: capturing, documentLoader: loadContext });
  return {
    toBeSigned,
    async assemble(signature) {
      const { proofValue: _placeholder, ...options } = unsigned.proof as Record<string, unknown>;
      const proof = await proofBy(verificationMethod, created, () => signature).sign({
        verifyData: toBeSigned,
        proof: options,
      });
      return { ...unsigned, proof };
    },
  };
};

/** The bytes under the proof of a signed document, canonised again. */
export const canonicalBytes = async (
  signed: Record<string, unknown>,
  loadContext: LoadContext,
): Promise<Uint8Array> => {
  const { proof, ...document } = signed;
  const { proofValue: _value, ...options } = proof as Record<string, unknown>;
  const suite = new DataIntegrityProof({ cryptosuite });
  return Uint8Array.from(
    await suite.createVerifyData({ document, proof: options, documentLoader: loadContext }),
  );
};
