/** Part of the composition root: OpenID4VP out of the other features. */
import type { Core } from '../core.ts';
import type { OutgoingFetch } from '../outgoing/index.ts';
import { openPresentationStore, type PresentationDeps, type PresentingDeps } from '../presentations/index.ts';

type Parts = Pick<
  Core,
  | 'config'
  | 'storage'
  | 'oidc'
  | 'audit'
  | 'catalogue'
  | 'clock'
  | 'credentials'
  | 'holders'
  | 'items'
  | 'keyring'
  | 'trust'
>;

/** What OpenID4VP gives to the core. */
export interface PresentationFeatures {
  presentations: PresentationDeps;
  presenting: Omit<PresentingDeps, 'ephemeral' | 'requireScope'>;
}

/** Declares a collection: call before `storage.prepare()`. */
export const composePresentations = (core: Parts & { fetch: OutgoingFetch }): PresentationFeatures => {
  const { config, storage, oidc, trust, ...rest } = core;
  const { audit, catalogue, credentials, holders, fetch } = core;
  return {
    presentations: {
      ...rest,
      baseUrl: config.baseUrl,
      presentations: openPresentationStore(storage),
      apps: oidc.apps,
      signers: trust.signers,
      unitName: (id) => trust.issuer(id)?.name,
    },
    presenting: { audit, catalogue, credentials, holders, fetch },
  };
};
