import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { JWK } from 'jose';
import { ServiceError } from '../errors.ts';
import type { KeyAlg, KeyToken } from './index.ts';
import { thumbprint, verifies } from './key-material.ts';
import { KeyringFault } from './keyring-fault.ts';
import { ck, type Handle, loadLibrary } from './pkcs11-module.ts';
import { type Connection, createSessionPool, type TokenSettings } from './pkcs11-session-pool.ts';

interface Curve {
  params: Buffer;
  generate: number;
  sign: number;
  /** Bytes of a public point. */
  point: number;
  toJwk(point: Buffer): JWK;
  /** What the mechanism takes: CKM_ECDSA signs a digest, CKM_EDDSA the message. */
  input(data: Uint8Array): Buffer;
}

/** Both give the signature in the shape JOSE wants (PKCS#11 v3.1 §6.3.1, §6.3.6; RFC 7518 §3.4, RFC 8037 §3.1). */
const curves: Partial<Record<KeyAlg, Curve>> = {
  ES256: {
    params: Buffer.from('06082a8648ce3d030107', 'hex'), // prime256v1
    generate: ck.ecKeyPairGen,
    sign: ck.ecdsa,
    point: 65,
    toJwk: (point) => ({
      kty: 'EC',
      crv: 'P-256',
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    }),
    input: (data) => createHash('sha256').update(data).digest(),
  },
  EdDSA: {
    params: Buffer.from('06032b6570', 'hex'), // id-Ed25519, RFC 8410 §3
    generate: ck.edwardsKeyPairGen,
    sign: ck.eddsa,
    point: 32,
    toJwk: (point) => ({ kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') }),
    input: (data) => Buffer.from(data),
  },
};

const signatureLength = 64;

/** ONECERT_PKCS11_PIN, or the file ONECERT_PKCS11_PIN_FILE names: never in a file of settings. */
const pinFrom = (env: Record<string, string | undefined>): string => {
  const { ONECERT_PKCS11_PIN: pin, ONECERT_PKCS11_PIN_FILE: file } = env;
  if (pin && file)
    throw new KeyringFault([
      'ONECERT_PKCS11_PIN and ONECERT_PKCS11_PIN_FILE are both set: which one counts?',
    ]);
  if (pin) return pin;
  if (!file) throw new KeyringFault(['ONECERT_PKCS11_PIN (or ONECERT_PKCS11_PIN_FILE) is missing']);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new KeyringFault([
      `ONECERT_PKCS11_PIN_FILE cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
    ]);
  }
};

/**
 * Private keys in a PKCS#11 token: made there, never outside it, found by their thumbprint as CKA_ID. The token itself may
 * be away; throws KeyringFault when the library or the PIN is missing.
 */
export const openPkcs11Token = async (
  settings: TokenSettings,
  env: Record<string, string | undefined>,
): Promise<KeyToken> => {
  const pool = createSessionPool(await loadLibrary(), pinFrom(env), settings);

  const curveOf = (alg: KeyAlg): Curve => {
    const curve = curves[alg];
    if (!curve) throw new ServiceError('invalid_request', { detail: `a token holds no ${alg} keys` });
    return curve;
  };

  /** Every failure of the module is one thing to callers; what it was goes to the log as the cause. */
  const guarded = async <R>(work: Promise<R>): Promise<R> => {
    try {
      return await work;
    } catch (error) {
      if (error instanceof ServiceError) throw error;
      throw new ServiceError('key_unavailable', { cause: error });
    }
  };

  const objectsOf = ({ p11 }: Connection, session: Handle, kid: string, only?: number): Handle[] => {
    const template = [{ type: ck.id, value: Buffer.from(kid, 'base64url') }];
    p11.C_FindObjectsInit(
      session,
      only === undefined ? template : [{ type: ck.class, value: only }, ...template],
    );
    try {
      return p11.C_FindObjects(session, 4);
    } finally {
      p11.C_FindObjectsFinal(session);
    }
  };

  const privateKeyOf = (connection: Connection, session: Handle, kid: string): Handle => {
    const known = connection.keys.get(kid);
    if (known) return known;
    const [found] = objectsOf(connection, session, kid, ck.privateKey);
    if (!found) throw new Error(`key ${kid} is not in the token ${settings.token}`);
    connection.keys.set(kid, found);
    return found;
  };

  const signWith = ({ p11 }: Connection, session: Handle, key: Handle, curve: Curve, data: Uint8Array) => {
    p11.C_SignInit(session, { mechanism: curve.sign }, key);
    return p11.C_SignAsync(session, curve.input(data), Buffer.alloc(signatureLength));
  };

  return {
    generate: (alg, label) => {
      const curve = curveOf(alg);
      return guarded(
        pool.use(async (connection, session) => {
          const { p11, slot } = connection;
          if (!p11.C_GetMechanismList(slot).includes(curve.sign))
            throw new ServiceError('invalid_request', { detail: `this token cannot sign ${alg}` });
          const pair = p11.C_GenerateKeyPair(
            session,
            { mechanism: curve.generate },
            [
              { type: ck.token, value: true },
              { type: ck.verify, value: true },
              { type: ck.label, value: label },
              { type: ck.ecParams, value: curve.params },
            ],
            [
              { type: ck.token, value: true },
              { type: ck.private, value: true },
              { type: ck.sensitive, value: true },
              { type: ck.extractable, value: false },
              { type: ck.sign, value: true },
              { type: ck.label, value: label },
            ],
          );
          const [point] = p11.C_GetAttributeValue(session, pair.publicKey, [{ type: ck.ecPoint }]);
          // Some tokens give the point bare, most as the DER OCTET STRING the standard asks for.
          const jwk = curve.toJwk(point!.value.subarray(point!.value.length - curve.point));
          const kid = thumbprint(jwk);
          for (const object of [pair.publicKey, pair.privateKey])
            p11.C_SetAttributeValue(session, object, [{ type: ck.id, value: Buffer.from(kid, 'base64url') }]);
          const trial = Buffer.from('onecert key check');
          const signature = await signWith(connection, session, pair.privateKey, curve, trial);
          if (!verifies(alg, jwk, trial, signature)) throw new Error('the token signs with another key');
          return jwk;
        }),
      );
    },

    sign: (kid, alg, data) => {
      const curve = curveOf(alg);
      return guarded(
        pool.use(async (connection, session) => {
          const key = privateKeyOf(connection, session, kid);
          return new Uint8Array(await signWith(connection, session, key, curve, data));
        }),
      );
    },

    destroy: (kid) =>
      guarded(
        pool.use((connection, session) => {
          for (const object of objectsOf(connection, session, kid))
            connection.p11.C_DestroyObject(session, object);
          connection.keys.delete(kid);
        }),
      ),
  };
};
