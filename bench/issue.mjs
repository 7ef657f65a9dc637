// One copy a time through the whole act: durable intent, trial signature checked, real signature checked, audited.
import { issuerMetadata, requestCredentials } from '../dist/tour/wallet-client.js';
import { compare } from './measure.mjs';
import { sharedServer } from './our-server.mjs';
import { digitalbazaarVc } from './peers/digitalbazaar-vc.mjs';
import { rawSign } from './peers/raw-signatures.mjs';
import { sdJwtCore } from './peers/sd-jwt-core.mjs';
import { formats, newDeviceKey, sharedProvince, type } from './province-in-process.mjs';
import { RelyingParty } from './relying-party.mjs';

const concurrency = 4;
const signedBytes = { 'w3c-vc': 64, 'sd-jwt-vc': 1200, 'show-code-view': 300 };
const batch = 20;

const newJwks = async (count) =>
  (await Promise.all(Array.from({ length: count }, newDeviceKey))).map(({ jwk }) => jwk);

const inProcess = async (settings) => {
  const province = await sharedProvince();
  const { credentials, contexts } = await province.samples();
  const peers = {
    'w3c-vc': (await digitalbazaarVc(credentials['w3c-vc'], contexts)).issue,
    'sd-jwt-vc': (await sdJwtCore(credentials['sd-jwt-vc'])).issue,
  };
  for (const [name, kind] of Object.entries(formats)) {
    const ours = {
      subject: 'onecert',
      run: async () => province.issue(kind, await newJwks(1)),
      note: '5 durable writes (device key, status entry, intent, release, audit), 2 signatures, 2 full verifications; making the device key is in the figure',
    };
    const floor = rawSign(kind.alg, signedBytes[name]);
    const others = peers[name] ? [peers[name], floor] : [{ ...floor, peer: true }];
    await compare(`issue-${name}`, [ours, ...others], settings);
  }
  const views = {
    subject: 'onecert',
    run: async () => province.issue(formats['show-code-view'], await newJwks(batch)),
    note: `${batch} copies an operation: what a wallet asks for at once`,
  };
  await compare(`issue-show-code-view-batch-of-${batch}`, [views], settings);
};

const overHttp = async (settings) => {
  const our = await sharedServer();
  const wallet = await RelyingParty.of(our.baseUrl, {
    clientId: 'onecert-wallet',
    redirectUri: `${our.baseUrl}/wallet/`,
    scope: `openid wallet ${type}`,
  });
  const person = our.people().find(({ id }) => id === 'lin');
  const tokens = await Promise.all(Array.from({ length: concurrency }, () => wallet.signIn({ person })));
  const metadata = await issuerMetadata(our.baseUrl);
  for (const [name, { configuration }] of Object.entries(formats)) {
    const request = async (worker) =>
      requestCredentials({
        issuer: our.baseUrl,
        metadata,
        accessToken: tokens[worker].access_token,
        configurationId: configuration,
        byIdentifier: false,
        keys: [await newDeviceKey()],
      });
    const note = 'OpenID4VCI: a nonce, then a credential request with one proof';
    const ours = { subject: 'onecert', concurrency, cpu: our.server.cpu, run: request, note };
    await compare(`issue-${name}-http`, [ours], settings);
  }
};

export const benchIssue = async (settings) => {
  await inProcess(settings);
  await overHttp(settings);
};
