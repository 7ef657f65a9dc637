// Adds to src/verifier/core/digitalbazaar.d.ts the two steps of a proof that only the issuer takes one by one.
declare module '@digitalbazaar/data-integrity' {
  interface DataIntegrityProof {
    sign(input: { verifyData: Uint8Array; proof: Record<string, unknown> }): Promise<Record<string, unknown>>;
    createVerifyData(input: {
      document: Record<string, unknown>;
      proof: Record<string, unknown>;
      documentLoader: (url: string) => Promise<unknown>;
    }): Promise<Uint8Array>;
  }
}
