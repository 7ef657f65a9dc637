// The verifier's core as a counter runs it: from the offline pack, without any network.
import { makeShowCode, openPack, verify } from '../dist/verifier/core/index.js';
import { compare } from './measure.mjs';
import { digitalbazaarVc } from './peers/digitalbazaar-vc.mjs';
import { rawSign, rawVerify } from './peers/raw-signatures.mjs';
import { sdJwtCore } from './peers/sd-jwt-core.mjs';
import { sharedProvince } from './province-in-process.mjs';

export const benchVerify = async (settings) => {
  const province = await sharedProvince();
  const { credentials, contexts, key, pack, root } = await province.samples();
  const now = Math.floor(Date.now() / 1000);
  const open = async () => {
    const opened = await openPack(pack, { root, now });
    if ('verdict' in opened) throw new Error(`the pack was refused: ${opened.verdict.code}`);
    return opened.trusted;
  };
  const trusted = await open();
  const judge = (text) => ({
    subject: 'onecert',
    note: 'signature, trust list, key times, type, fields, validity, status',
    async run() {
      const { code } = await verify(text, trusted, { now });
      if (code !== 'valid') throw new Error(`a good certificate was judged ${code}`);
    },
  });
  const view = new Uint8Array(Buffer.from(credentials['show-code-view'], 'base64url'));
  const show = () => makeShowCode(view, key.privateKey, { iat: now });
  const w3c = await digitalbazaarVc(credentials['w3c-vc'], contexts);
  const sdJwt = await sdJwtCore(credentials['sd-jwt-vc']);

  const groups = {
    'verify-w3c-vc': [judge(JSON.stringify(credentials['w3c-vc'])), w3c.verify, rawVerify('Ed25519', 64)],
    'verify-sd-jwt-vc': [judge(credentials['sd-jwt-vc']), sdJwt.verify, rawVerify('ES256', 1200)],
    'verify-show-code': [
      judge(await show()),
      { ...rawVerify('ES256', 300, 2), peer: true, note: 'the two signatures of a show code' },
    ],
    'make-show-code': [
      { subject: 'onecert', run: show, note: "the wallet's side, by the device key" },
      { ...rawSign('ES256', 300), peer: true },
    ],
    'open-pack': [
      {
        subject: 'onecert',
        run: open,
        note: `${pack.length} characters: trust list, types, contexts, status lists`,
      },
    ],
  };
  for (const [bench, subjects] of Object.entries(groups)) await compare(bench, subjects, settings);
};
