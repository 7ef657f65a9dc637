import { compactVerify, importJWK, type JWK } from 'jose';

/** The payload when this key signed exactly this kind of document with ES256; undefined otherwise. */
export async function verifyJws(jws: string, key: JWK, typ: string): Promise<unknown | undefined> {
  try {
    const { payload, protectedHeader } = await compactVerify(jws, await importJWK(key, 'ES256'), {
      algorithms: ['ES256'],
    });
    // A document of one kind must not pass for another that the same key may sign.
    if (protectedHeader.typ !== typ || protectedHeader.kid !== key.kid) return undefined;
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
}
