import type { SigningKey } from './index.ts';

/** JWS compact (RFC 7515 §7.1) with alg, typ and kid in its header, and what `header` adds. */
export async function signJws(
  key: SigningKey,
  typ: string,
  payload: object,
  header: object = {},
): Promise<string> {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signingInput = `${part({ alg: key.alg, typ, kid: key.kid, ...header })}.${part(payload)}`;
  const signature = await key.sign(Buffer.from(signingInput));
  return `${signingInput}.${Buffer.from(signature).toString('base64url')}`;
}
