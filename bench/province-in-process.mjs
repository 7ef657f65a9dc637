// The whole of our server without its HTTP surface, in this process: for what has no network in it.

import { exportJWK } from 'jose';
import { readConfig } from '../dist/config.js';
import { openCore } from '../dist/core.js';
import { createLogger } from '../dist/log.js';
import { makeDeviceKey } from '../dist/tour/wallet-client.js';
import { staticContexts } from '../dist/verifier/core/index.js';
import { ownInstance } from './our-server.mjs';

export const type = 'driving_licence';

export const formats = {
  'w3c-vc': { format: 'ldp_vc', alg: 'Ed25519', configuration: `${type}_ldp_vc` },
  'sd-jwt-vc': { format: 'dc+sd-jwt', alg: 'ES256', configuration: `${type}_sd_jwt` },
  'show-code-view': {
    format: 'onecert-view+cwt',
    view: 'standard',
    alg: 'ES256',
    configuration: `${type}_view_standard`,
  },
};

export const newDeviceKey = async () => {
  const pair = await makeDeviceKey();
  return { ...pair, jwk: await exportJWK(pair.publicKey) };
};

const openProvince = async () => {
  const { env } = await ownInstance();
  const core = await openCore(readConfig({ ...process.env, ...env }), { logger: createLogger('fatal') });
  await core.trust.publish();
  const account = await core.samplePerson('lin');
  const issue = async ({ format, view }, deviceKeys) => {
    const { copies } = await core.credentials.issueCopies({
      account,
      type,
      format,
      view,
      deviceKeys,
      context: { actor: 'system' },
    });
    return copies.map(({ credential }) => credential);
  };
  return {
    core,
    issue,
    /** One copy of each format, and the pack that vouches for them. */
    async samples() {
      const key = await newDeviceKey();
      const credentials = {};
      for (const [name, kind] of Object.entries(formats)) [credentials[name]] = await issue(kind, [key.jwk]);
      const { jws, payload } = await core.credentials.offlinePack();
      const contexts = Object.entries({ ...(await staticContexts()), ...payload.contexts });
      return {
        credentials,
        /** What a W3C copy names, as a counter has it. */
        contexts: Object.fromEntries(contexts.map(([url, { document }]) => [url, document])),
        key,
        pack: jws,
        root: core.trust.rootPublicJwk(),
      };
    },
    close: () => core.close(),
  };
};

let shared;

/** The one province that the parts of a run share. */
export const sharedProvince = () => {
  shared ??= openProvince();
  return shared;
};

export const closeSharedProvince = async () => {
  const province = await shared?.catch(() => undefined);
  await province?.close();
};
