// Adds to src/verifier/core/digitalbazaar.d.ts what judges a proof of any document.
declare module '@digitalbazaar/data-integrity' {
  interface DataIntegrityProof {
    verifyProof(input: {
      proof: object;
      proofSet: object[];
      document: object;
      documentLoader: (url: string) => Promise<unknown>;
    }): Promise<{ verified: boolean; error?: Error }>;
  }
}

declare module '@digitalbazaar/ecdsa-multikey' {
  export function generate(options: { curve: string; id?: string; controller?: string }): Promise<{
    id: string;
    controller: string;
    publicKeyMultibase: string;
    signer(): { id: string; algorithm: string; sign(input: { data: Uint8Array }): Promise<Uint8Array> };
  }>;
}
