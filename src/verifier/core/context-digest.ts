import { sha256Hex } from './crypto.ts';

/** SHA-256 (hex) of a JSON-LD context document as a pack carries it: over the UTF-8 of its JSON text without spaces. */
export const contextDigest = (document: unknown): Promise<string> =>
  sha256Hex(new TextEncoder().encode(JSON.stringify(document)));
