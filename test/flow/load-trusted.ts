import { getJson } from '../../src/tour/wallet-client.ts';
import { openPack, type PublicKeyJwk, type Trusted } from '../../src/verifier/core/index.ts';

/** What a counter has after fetching root and pack from a running server. */
export const loadTrusted = async (baseUrl: string): Promise<Trusted> => {
  const root = await getJson<PublicKeyJwk>(`${baseUrl}/trust/root`);
  const jws = await fetch(`${baseUrl}/pack`).then((response) => response.text());
  const opened = await openPack(jws, { root, now: Math.floor(Date.now() / 1000) });
  if ('verdict' in opened) throw new Error(`the pack was refused: ${opened.verdict.code}`);
  return opened.trusted;
};
