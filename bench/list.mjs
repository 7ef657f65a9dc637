// Status lists of a million entries: bits set, both forms rendered and compressed, one entry looked up as a verifier does;
// the token form beside a library's.
import { gunzipSync, inflateSync } from 'node:zlib';
import { StatusList } from '@sd-jwt/jwt-status-list';
import { renderBitstring, renderTokenList } from '../dist/credentials/status/render-bits.js';
import { compare } from './measure.mjs';

const size = 1_048_576;
/** Every hundredth entry is set, at random: how well a list compresses depends on how many are. */
const share = 0.01;

const statusIn = (bits, index) => (bits[index >> 2] >> ((index & 3) * 2)) & 3;

const build = () => {
  const bits = new Uint8Array(size / 4);
  for (let n = 0; n < size * share; n += 1) {
    const index = Math.floor(Math.random() * size);
    bits[index >> 2] |= (n % 2 === 0 ? 1 : 2) << ((index & 3) * 2);
  }
  return { list: 1, size, bits, readAt: 0 };
};

export const benchList = async (settings) => {
  const list = build();
  const token = renderTokenList(list);
  const bitstring = renderBitstring(list, 'revocation');
  const more = {
    ...settings,
    more: { entries: size, set: size * share, token_bytes: token.length, bitstring_bytes: bitstring.length },
  };
  const measure = (bench, run, note, peers = []) =>
    compare(bench, [{ subject: 'onecert', run: async () => run(), note }, ...peers], more);
  const library = (run) => ({ subject: '@sd-jwt/jwt-status-list', run: async () => run(), peer: true });
  const peerList = new StatusList(
    Array.from({ length: size }, (_, index) => statusIn(list.bits, index)),
    2,
  );
  await measure('list-build', build, 'bits of a million entries from the set ones; no store in it');
  await measure(
    'list-render-token',
    () => renderTokenList(list),
    'zlib level 9, base64url: once for each change',
    [library(() => peerList.compressStatusList())],
  );
  await measure(
    'list-render-bitstring',
    () => renderBitstring(list, 'revocation'),
    'gzip level 9, base64url',
  );
  await measure(
    'list-look-up-token',
    () => {
      const bytes = inflateSync(Buffer.from(token, 'base64url'));
      const index = Math.floor(Math.random() * size);
      return statusIn(bytes, index);
    },
    'unpacks the whole list, as one who keeps only the signed text',
    [library(() => StatusList.decompressStatusList(token, 2).getStatus(Math.floor(Math.random() * size)))],
  );
  await measure('list-look-up-bitstring', () => {
    const bytes = gunzipSync(Buffer.from(bitstring.slice(1), 'base64url'));
    const index = Math.floor(Math.random() * size);
    return (bytes[index >> 3] >> (7 - (index & 7))) & 1;
  });
  await measure(
    'list-look-up-unpacked',
    () => {
      const index = Math.floor(Math.random() * size);
      return statusIn(list.bits, index);
    },
    'the list is unpacked once and kept, as the counter does',
  );
};
