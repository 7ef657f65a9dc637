/** The paper slip (onecert-slip+cwt): one named view, bound to no key, printed; it lives as long as its type allows. */
import { decode, encode } from 'cborg';
import { base45Decode, slipPrefix, slipToBeSigned } from '../../verifier/core/index.ts';
import { type CredentialFormat, endAfterDays, startOfUtcDay } from './format.ts';
import { valuesOf } from './view-cwt.ts';

export const slipCwt: CredentialFormat = {
  alg: 'ES256',
  deviceKeyAlgs: ['ES256'],
  times: (now, days) => ({ notBefore: startOfUtcDay(now), expiresAt: endAfterDays(now, days) }),
  async build(content) {
    const { toBeSigned, assemble } = slipToBeSigned(
      {
        view: content.view!.number,
        iat: content.times.notBefore,
        exp: content.times.expiresAt,
        status: content.status!,
        // The verifier knows the parts before these from the type and the issuer.
        identifier: content.certificate.identifier.split('.').slice(-3).join('.'),
        values: valuesOf(content),
      },
      content.kid,
    );
    return { toBeSigned, assemble: async (signature) => assemble(signature) };
  },
  // RFC 9052 §4.4: Sig_structure of a COSE_Sign1 without external data.
  async signedBytes(credential) {
    const [protectedHeader, , payload] = decode(base45Decode(credential.slice(slipPrefix.length))!, {
      useMaps: true,
    }) as Uint8Array[];
    return encode(['Signature1', protectedHeader, new Uint8Array(), payload]);
  },
  toWire: (credential) => credential,
};
