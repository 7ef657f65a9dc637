/** Views whose bytes no encoder of ours would write, signed as if they were in order. */
import { encode } from 'cborg';
import { base45Encode } from '../../../src/verifier/core/base45.ts';
import { decodeSign1, sign1, sign1Array } from '../../../src/verifier/core/cose.ts';
import { makeShowCode } from '../../../src/verifier/core/show-code.ts';
import { holderKeyOf, now, type TestProvince } from './test-province.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const found = (bytes: Uint8Array, part: Uint8Array): number => {
  const at = Buffer.from(bytes).indexOf(part);
  if (at < 0) throw new Error('not in there');
  return at;
};

/** These bytes in the place of as many. */
export const inPlaceOf = (bytes: Uint8Array, part: Uint8Array, other: Uint8Array): Bytes => {
  const changed = new Uint8Array(bytes);
  changed.set(other, found(bytes, part));
  return changed;
};

/** A show code round the view with this payload, by the department's key and the phone's. */
export const showCodeOfPayload = async (
  province: TestProvince,
  change: (payload: Uint8Array) => Uint8Array,
): Promise<string> => {
  const { protectedBytes, payload } = decodeSign1(await province.viewOf())!;
  const view = await sign1(
    { protectedBytes, payload: change(payload) },
    await holderKeyOf(province.keys.police),
  );
  const bytes = encode(sign1Array(view));
  return makeShowCode(bytes, await holderKeyOf(province.keys.device), { iat: now });
};

/** A slip with this payload. */
export const slipOfPayload = async (
  province: TestProvince,
  slip: Uint8Array,
  change: (payload: Uint8Array) => Uint8Array,
): Promise<string> => {
  const { protectedBytes, payload } = decodeSign1(slip)!;
  const signed = await sign1(
    { protectedBytes, payload: change(payload) },
    await holderKeyOf(province.keys.police),
  );
  return `PS1:${base45Encode(encode(sign1Array(signed)))}`;
};
