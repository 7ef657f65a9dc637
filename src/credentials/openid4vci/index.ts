/** OpenID4VCI 1.0 on oidc-provider's endpoint (docs/decisions/0001). Part of src/credentials. */

import type Provider from 'oidc-provider';
import type { Storage } from '../../storage/index.ts';
import { type CreatedOffer, createOffer, type OfferDeps } from './create-offer.ts';
import { useCredentialNonces } from './credential-nonce.ts';
import { offerCodes, openOfferStore } from './offer-store.ts';
import { redeemOffersAtLibrary } from './redeem-offer.ts';
import { credentialErrorMiddleware, tokenEndpointMiddleware } from './token-endpoint.ts';

export { createProofCheck, type ProofCheck } from './check-proofs.ts';
export { type CreatedOffer, preAuthorizedCodeGrant } from './create-offer.ts';
export { providerFeatures } from './provider-features.ts';
export { anonymousWalletClientId } from './redeem-offer.ts';
export { offerRoutes } from './routes.ts';

export type OfferService = OfferDeps & {
  create(input: Parameters<typeof createOffer>[1]): Promise<CreatedOffer>;
};

/** Offers of this instance: the store is declared at once, nothing is read before the first call. */
export const createOffers = (
  deps: Omit<OfferDeps, 'offers' | 'codes'> & { storage: Storage; secret: Uint8Array },
): OfferService => {
  const { storage, secret, ...rest } = deps;
  const ready: OfferDeps = { ...rest, offers: openOfferStore(storage), codes: offerCodes(secret) };
  return { ...ready, create: (input) => createOffer(ready, input) };
};

/** Goes before the provider's own routes (`provider.use`). */
export const useOpenid4vci = (provider: Provider, offers: OfferDeps, nonceSecret: Uint8Array): void => {
  redeemOffersAtLibrary(provider, offers);
  useCredentialNonces(provider, nonceSecret, offers.clock);
  provider.use(credentialErrorMiddleware(offers.baseUrl));
  provider.use(tokenEndpointMiddleware(offers));
};
