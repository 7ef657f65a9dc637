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
  | 'counters'
  | 'clock'
  | 'credentials'
  | 'holders'
  | 'items'
  | 'keyring'
  | 'trust'
  | 'appRecords'
  | 'enterprises'
  | 'officials'
>;

/** What OpenID4VP gives to the core. */
export interface PresentationFeatures {
  presentations: PresentationDeps;
  presenting: Omit<PresentingDeps, 'ephemeral' | 'requireScope'>;
}

/** Declares a collection: call before `storage.prepare()`. */
export const composePresentations = (core: Parts, fetch: OutgoingFetch): PresentationFeatures => {
  const { config, storage, oidc, trust, appRecords, counters, enterprises, officials } = core;
  const { audit, catalogue, clock, credentials, holders, items, keyring } = core;
  const unitName = (id: string) => trust.issuer(id)?.name;
  return {
    presentations: {
      audit,
      catalogue,
      clock,
      credentials,
      items,
      keyring,
      baseUrl: config.baseUrl,
      presentations: openPresentationStore(storage),
      apps: oidc.apps,
      signers: trust.signers,
      unitName,
      posters: counters.posters,
      async ownerName(clientId) {
        const owner = await appRecords.ownerOf(clientId);
        if (!owner) return undefined;
        if (owner.kind === 'unit') return (await officials.tree.current()).unit(owner.id)?.name;
        const firm = await enterprises.find(owner.id);
        return firm && { zh: firm.name, en: firm.name };
      },
    },
    presenting: { audit, catalogue, credentials, holders, fetch },
  };
};
