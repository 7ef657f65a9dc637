/** The parts of the Digital Bazaar libraries that this project calls; they ship no types. */
declare module '@digitalbazaar/credentials-context' {
  export const named: Map<string, { id: string; context: Record<string, unknown> }>;
}

declare module '@digitalbazaar/vc' {
  interface DocumentLoaderResult {
    contextUrl: null;
    documentUrl: string;
    document: unknown;
  }
  type DocumentLoader = (url: string) => Promise<DocumentLoaderResult>;
  export class CredentialIssuancePurpose {
    constructor(options?: { controller?: object; date?: string | Date; maxTimestampDelta?: number });
  }
  export function issue(options: {
    credential: object;
    suite: unknown;
    purpose?: CredentialIssuancePurpose;
    documentLoader?: DocumentLoader;
    now?: string | Date;
    maxClockSkew?: number;
  }): Promise<Record<string, unknown>>;
  export function verifyCredential(options: {
    credential: object;
    suite: unknown;
    purpose?: CredentialIssuancePurpose;
    documentLoader?: DocumentLoader;
    checkStatus?: (options: unknown) => Promise<{ verified: boolean }>;
    now?: string | Date;
    maxClockSkew?: number;
  }): Promise<{ verified: boolean; results?: unknown[]; error?: unknown }>;
}

declare module '@digitalbazaar/data-integrity' {
  export class DataIntegrityProof {
    constructor(options: {
      signer?: { id: string; algorithm: string; sign(input: { data: Uint8Array }): Promise<Uint8Array> };
      cryptosuite: unknown;
      date?: string | Date | null;
    });
  }
}

declare module '@digitalbazaar/eddsa-rdfc-2022-cryptosuite' {
  export const cryptosuite: {
    name: string;
    requiredAlgorithm: string;
    canonize(input: unknown, options: unknown): Promise<string>;
    createVerifier(options: { verificationMethod: unknown }): Promise<unknown>;
  };
}

declare module '@digitalbazaar/ed25519-multikey' {
  interface Multikey {
    id?: string;
    controller?: string;
    publicKeyMultibase: string;
    publicKey: Uint8Array;
    export(options: { publicKey?: boolean; secretKey?: boolean }): Promise<Record<string, unknown>>;
    verifier(): { verify(input: { data: Uint8Array; signature: Uint8Array }): Promise<boolean> };
    signer(): { id: string; algorithm: string; sign(input: { data: Uint8Array }): Promise<Uint8Array> };
  }
  export function generate(options?: {
    id?: string;
    controller?: string;
    seed?: Uint8Array;
  }): Promise<Multikey>;
  export function from(key: unknown): Promise<Multikey>;
  export function fromJwk(options: {
    jwk: unknown;
    secretKey?: boolean;
    id?: string;
    controller?: string;
  }): Promise<Multikey>;
}

declare module '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite' {
  export const cryptosuite: {
    name: string;
    requiredAlgorithm: string[];
    canonize(input: unknown, options: unknown): Promise<string>;
    createVerifier(options: { verificationMethod: unknown }): Promise<unknown>;
  };
}

declare module 'base58-universal' {
  export function encode(bytes: Uint8Array): string;
  /** Undefined when a character is not of the alphabet. */
  export function decode(text: string): Uint8Array | undefined;
}

declare module '@digitalbazaar/ecdsa-multikey' {
  interface Multikey {
    id?: string;
    controller?: string;
    publicKeyMultibase: string;
    export(options: { publicKey?: boolean; secretKey?: boolean }): Promise<Record<string, unknown>>;
    signer(): { id: string; algorithm: string; sign(input: { data: Uint8Array }): Promise<Uint8Array> };
    verifier(): { verify(input: { data: Uint8Array; signature: Uint8Array }): Promise<boolean> };
  }
  export function from(key: unknown): Promise<Multikey>;
  export function fromJwk(options: {
    jwk: unknown;
    secretKey?: boolean;
    id?: string;
    controller?: string;
  }): Promise<Multikey>;
}
