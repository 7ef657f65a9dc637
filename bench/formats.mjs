// Each format by itself, on one certificate: what our own issuing costs beside the library and the bare signature, then
// with the two judgements that every copy gets before it is released, and our verifier beside the library's.
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { projectDir } from '../dist/config.js';
import { writePackType } from '../dist/credentials/catalogue/write-type-documents.js';
import { parseDeviceKey } from '../dist/credentials/device-key.js';
import { judgeCopy } from '../dist/credentials/formats/check-copy.js';
import { createLdpVc } from '../dist/credentials/formats/ldp-vc.js';
import { allContexts, createLoadContext } from '../dist/credentials/formats/load-context.js';
import { sdJwt } from '../dist/credentials/formats/sd-jwt.js';
import { slipCwt } from '../dist/credentials/formats/slip-cwt.js';
import { createThrowAwayKey } from '../dist/credentials/formats/throw-away-key.js';
import { viewCwt } from '../dist/credentials/formats/view-cwt.js';
import { readCatalogue } from '../dist/credentials/index.js';
import { compare } from './measure.mjs';
import { digitalbazaarVc } from './peers/digitalbazaar-vc.mjs';
import { rawSign, rawVerify } from './peers/raw-signatures.mjs';
import { sdJwtCore } from './peers/sd-jwt-core.mjs';

const baseUrl = 'https://zj.example';
const issuer = {
  id: 'zj-police',
  url: `${baseUrl}/issuers/zj-police`,
  did: 'did:web:zj.example:issuers:zj-police',
};
const fields = {
  name: '张三丰',
  licence_number: '330102199003077475',
  sex: '男',
  class: 'C1',
  first_issue: '2015-06-01',
  valid_from: '2021-06-01',
  valid_until: '2031-06-01',
  file_number: '330100123456',
  address: '浙江省杭州市上城区测试路1号',
  points: 3,
  authority: '浙江省公安厅',
};

/** By the name of the format: how it is made, the bytes its signature is over, and what it is compared with. */
const kindsOf = (loadContext, contexts) => {
  const w3c = (signed) => digitalbazaarVc(JSON.parse(signed), contexts);
  const w3cByP256 = (signed) => digitalbazaarVc(JSON.parse(signed), contexts, 'ecdsa-rdfc-2019');
  return {
    'ldp_vc eddsa-rdfc-2022': {
      name: 'ldp_vc',
      format: createLdpVc(loadContext),
      bytes: 64,
      peer: w3c,
    },
    'ldp_vc ecdsa-rdfc-2019': {
      name: 'ldp_vc_ecdsa',
      format: createLdpVc(loadContext, 'ecdsa-rdfc-2019'),
      bytes: 64,
      peer: w3cByP256,
    },
    'dc+sd-jwt': { name: 'dc+sd-jwt', format: sdJwt, bytes: 1200, peer: sdJwtCore },
    'onecert-view+cwt': { name: 'onecert-view+cwt', format: viewCwt, bytes: 300 },
    'onecert-slip+cwt': { name: 'onecert-slip+cwt', format: slipCwt, bytes: 200, view: 1 },
  };
};

/** Everything one format needs: a key, the trust in it, and the content of a new copy each time. */
const setUp = async ({ name, format, view = 0 }, type, contexts, now) => {
  const key = await createThrowAwayKey(format.alg);
  const kid = await calculateJwkThumbprint(key.publicJwk);
  const pair = await generateKeyPair('ES256', { extractable: true });
  const deviceKey = await parseDeviceKey(await exportJWK(pair.publicKey));
  const times = format.times(now, 30);
  const trusted = {
    keys: [
      {
        kid,
        jwk: key.publicJwk,
        issuer: issuer.id,
        purpose: 'certificate',
        types: [type.id],
        from: now - 86_400,
        to: now + 86_400,
        state: 'active',
      },
    ],
    issuers: [{ ...issuer, name: { zh: '厅', en: 'Department' } }],
    types: [writePackType(type, baseUrl)],
    contexts,
    statusOf: () => ({ status: 'valid', asOf: now, list: 1 }),
    issuedAt: now,
    expiresAt: now + 86_400,
  };
  let index = 0;
  const content = () => ({
    certificate: { identifier: '1.2.156.3005.2.11100000000013127D901.11330000MB9900013T.ABC.001.X', fields },
    type,
    view: type.views[view],
    issuer,
    kid,
    deviceKey,
    status: { list: 1, index: index++ },
    times,
    baseUrl,
  });
  const judge = async (text) => {
    const { code } = await judgeCopy(name, text, trusted, now);
    if (code !== 'valid') throw new Error(`a good ${name} was judged ${code}`);
  };
  const build = () => format.build(content());
  const finish = ({ toBeSigned, assemble }) => assemble(key.sign(toBeSigned));
  return {
    issue: async () => finish(await build()),
    judge,
    /** As before a release: a trial and the real copy over the same bytes, each judged. */
    async issueJudged() {
      const unsigned = await build();
      await judge(await finish(unsigned));
      await judge(await finish(unsigned));
    },
  };
};

export const benchFormats = async (settings) => {
  const catalogue = readCatalogue(join(projectDir, 'config/certificates'));
  const type = catalogue.get('driving_licence');
  const contexts = await allContexts(catalogue, baseUrl);
  const loadContext = createLoadContext(async () => contexts);
  const now = Math.floor(Date.now() / 1000);
  for (const [title, kind] of Object.entries(kindsOf(loadContext, contexts))) {
    const ours = await setUp(kind, type, contexts, now);
    const signed = await ours.issue();
    const peer = await kind.peer?.(signed);
    const alg = kind.format.alg === 'EdDSA' ? 'Ed25519' : 'ES256';
    const [signing, verifying] = [rawSign(alg, kind.bytes), rawVerify(alg, kind.bytes)];
    await compare(
      `format-issue ${title}`,
      [
        { subject: 'onecert', run: ours.issue, note: 'written and signed once, nothing stored' },
        ...(peer ? [peer.issue, signing] : [{ ...signing, peer: true }]),
        {
          subject: 'onecert, judged before release',
          run: ours.issueJudged,
          note: 'signed twice over the same bytes, each judged by our verifier',
        },
      ],
      settings,
    );
    await compare(
      `format-verify ${title}`,
      [
        {
          subject: 'onecert',
          run: () => ours.judge(signed),
          note: 'signature, trust list, key times, type, fields, validity, status',
        },
        ...(peer ? [peer.verify, verifying] : [{ ...verifying, peer: true }]),
      ],
      settings,
    );
  }
};
