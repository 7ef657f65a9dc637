/** Data Integrity proofs (*-rdfc-*): canonised once, signed as often as needed over the same 64 bytes. */
import { createHash } from 'node:crypto';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite as ecdsaRdfc2019 } from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import { cryptosuite as eddsaRdfc2022 } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { issue } from '@digitalbazaar/vc';
import { createCanonicalShapes } from './canonical-shape.ts';
import type { LoadContext } from './load-context.ts';

export interface SigningTerms {
  verificationMethod: string;
  /** XSD dateTimeStamp of the proof. */
  created: string;
}

export interface UnsignedDocument {
  toBeSigned: Uint8Array;
  assemble(signature: Uint8Array): Promise<Record<string, unknown>>;
}

/** Everything up to the signature: the bytes it will be over, and how to put it in. */
export type SignDocument = (
  document: Record<string, unknown>,
  terms: SigningTerms,
) => Promise<UnsignedDocument>;

/** Both hash with SHA-256 (vc-di-eddsa §3.2, vc-di-ecdsa §3.2 for P-256). */
const suites = {
  'eddsa-rdfc-2022': { cryptosuite: eddsaRdfc2022, algorithm: 'Ed25519' },
  'ecdsa-rdfc-2019': { cryptosuite: ecdsaRdfc2019, algorithm: 'P-256' },
} as const;

export type CryptosuiteName = keyof typeof suites;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Signs documents that are alike without the library canonising each: it signs the first of every shape, and a template
 * made beside it does the rest, byte for byte the same.
 */
export const createDocumentSigner = (
  loadContext: LoadContext,
  name: CryptosuiteName = 'eddsa-rdfc-2022',
): SignDocument => {
  const { cryptosuite, algorithm } = suites[name];
  const proofBy = (
    { verificationMethod: id, created }: SigningTerms,
    sign: (data: Uint8Array) => Uint8Array,
  ) =>
    new DataIntegrityProof({
      cryptosuite,
      date: created,
      signer: { id, algorithm, sign: async ({ data }) => sign(data) },
    });
  const shapes = createCanonicalShapes((document) =>
    cryptosuite.canonize(document, { documentLoader: loadContext, base: null, safe: true }),
  );

  const signByLibrary = async (
    document: Record<string, unknown>,
    terms: SigningTerms,
  ): Promise<{ toBeSigned: Uint8Array; proof: Record<string, unknown> }> => {
    let toBeSigned = new Uint8Array();
    const capturing = proofBy(terms, (data) => {
      toBeSigned = Uint8Array.from(data);
      return new Uint8Array(64);
    });
    const unsigned = await issue({
      credential: { ...document },
      suite: capturing,
      documentLoader: loadContext,
    });
    const { proofValue: _placeholder, ...proof } = unsigned.proof as Record<string, unknown>;
    return { toBeSigned, proof };
  };

  const signByShape = (document: Record<string, unknown>, terms: SigningTerms) => {
    // The members of a proof in the order in which the library writes them.
    const proof = {
      type: 'DataIntegrityProof',
      created: terms.created,
      verificationMethod: terms.verificationMethod,
      cryptosuite: name,
      proofPurpose: 'assertionMethod',
    };
    const options = { '@context': document['@context'], ...proof };
    const canonical = [options, document].map(shapes.write);
    const known = canonical.every((text) => text !== undefined);
    return {
      options,
      quick: known ? { proof, toBeSigned: Buffer.concat(canonical.map(digest)) } : undefined,
    };
  };

  return async (document, terms) => {
    const { options, quick } = signByShape(document, terms);
    const { toBeSigned, proof } = quick ?? (await signByLibrary(document, terms));
    if (!quick) await Promise.all([document, options].map(shapes.learn));
    return {
      toBeSigned,
      async assemble(signature) {
        const suite = proofBy(terms, () => signature);
        return { ...document, proof: await suite.sign({ verifyData: toBeSigned, proof: { ...proof } }) };
      },
    };
  };
};

/** The bytes under the proof of a signed document, canonised again, by the library. */
export const canonicalBytes = async (
  signed: Record<string, unknown>,
  loadContext: LoadContext,
  name: CryptosuiteName = 'eddsa-rdfc-2022',
): Promise<Uint8Array> => {
  const { proof, ...document } = signed;
  const { proofValue: _value, ...options } = proof as Record<string, unknown>;
  const suite = new DataIntegrityProof({ cryptosuite: suites[name].cryptosuite });
  return Uint8Array.from(
    await suite.createVerifyData({ document, proof: options, documentLoader: loadContext }),
  );
};
