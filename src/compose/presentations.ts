/** Part of the composition root: OpenID4VP out of the other features. */
import type { Core } from '../core.ts';
import { openPresentationStore, type PresentationDeps } from '../presentations/index.ts';

type Parts = Pick<
  Core,
  | 'config'
  | 'storage'
  | 'oidc'
  | 'audit'
  | 'catalogue'
  | 'clock'
  | 'credentials'
  | 'items'
  | 'keyring'
  | 'trust'
>;

/** What OpenID4VP gives to the core. */
export interface PresentationFeatures {
  presentations: PresentationDeps;
}

/** Declares a collection: call before `storage.prepare()`. */
export const composePresentations = (core: Parts): PresentationFeatures => {
  const { config, storage, oidc, trust, ...rest } = core;
  return {
    presentations: {
      ...rest,
      baseUrl: config.baseUrl,
      presentations: openPresentationStore(storage),
      apps: oidc.apps,
      signers: trust.signers,
      unitName: (id) => trust.issuer(id)?.name,
    },
  };
};
