/** OpenID4VCI 1.0 on oidc-provider's endpoint (docs/decisions/0001, 0017). Part of src/credentials. */
import type { RequestHandler, Router } from 'express';
import type Provider from 'oidc-provider';
import type { Keyring } from '../../keyring/index.ts';
import type { Storage } from '../../storage/index.ts';
import type { Trust } from '../../trust/index.ts';
import { type AttestationSettings, openAttesters } from './attesters.ts';
import { createProofCheck, type ProofCheck } from './check-proofs.ts';
import { type CreatedOffer, createOffer, type OfferDeps } from './create-offer.ts';
import { credentialErrorMiddleware, encryptionMiddleware } from './credential-endpoint.ts';
import { putCredentialNonces } from './credential-nonce.ts';
import { createDeferrals } from './deferrals.ts';
import { createEncryption } from './encryption.ts';
import { metadataMiddleware } from './issuer-metadata.ts';
import { offerCodes, openOfferStore } from './offer-store.ts';
import { type FeatureDeps, providerFeatures } from './provider-features.ts';
import { redeemOffersAtLibrary } from './redeem-offer.ts';
import { tokenEndpointMiddleware } from './token-endpoint.ts';
import { nonceEndpoint, walletAttestationFeature } from './wallet-attestation.ts';
import { walletEndpoints } from './wallet-routes.ts';

export { createProofCheck, type ProofCheck } from './check-proofs.ts';
export { type CreatedOffer, preAuthorizedCodeGrant } from './create-offer.ts';
export { anonymousWalletClientId } from './redeem-offer.ts';
export { offerRoutes } from './routes.ts';

export type OfferService = OfferDeps & {
  create(input: Parameters<typeof createOffer>[1]): Promise<CreatedOffer>;
};

export interface CredentialIssuer {
  offers: OfferService;
  /** Key proofs that come to an API of ours. */
  checkProofs: ProofCheck;
  /** The parts of the provider's configuration that make it a credential issuer. */
  features: object;
  /** Goes before the provider's own routes (`provider.use`). */
  install(provider: Provider): void;
  /** Deferred credentials and notifications; `requireToken` lets any live token of ours through. */
  routes(requireToken: RequestHandler): Router;
}

export interface CredentialIssuerDeps
  extends Omit<FeatureDeps, 'ephemeral' | 'deferrals' | 'attesters'>,
    Omit<OfferDeps, 'offers' | 'codes'> {
  storage: Storage;
  keyring: Keyring;
  /** Who may vouch for device keys. Absent: nobody. */
  keyAttestation?: AttestationSettings | undefined;
  /** Who may vouch for wallets. Absent: none authenticates by attestation. */
  walletAttestation?: Omit<AttestationSettings, 'required'> | undefined;
  /** Signed metadata carries an X.509 certificate. */
  x5c: boolean;
  trust: Trust;
}

/** The province as a credential issuer. Declares its collections at once; nothing is read before the first call. */
export const createCredentialIssuer = (deps: CredentialIssuerDeps): CredentialIssuer => {
  const { storage, nonceSecret, walletAttestation } = deps;
  const encryption = createEncryption(nonceSecret);
  const deferrals = createDeferrals(deps);
  const attesters = openAttesters(deps.keyAttestation, deps.clock);
  const { deliveries } = deps.credentials;
  const ready: OfferDeps = { ...deps, offers: openOfferStore(storage), codes: offerCodes(nonceSecret) };
  return {
    checkProofs: createProofCheck({ ...deps, ephemeral: storage.ephemeral }),
    offers: { ...ready, create: (input) => createOffer(ready, input) },
    features: {
      ...providerFeatures({ ...deps, ephemeral: storage.ephemeral, deferrals, attesters }),
      ...(walletAttestation
        ? { attestClientAuth: walletAttestationFeature({ ...deps, settings: walletAttestation }) }
        : {}),
    },
    routes: (requireToken) => walletEndpoints({ deferrals, deliveries, encryption, requireToken }),
    install(provider) {
      redeemOffersAtLibrary(provider, ready);
      putCredentialNonces(provider, nonceSecret, deps.clock);
      const members = {
        ...encryption.metadata,
        deferred_credential_endpoint: `${deps.baseUrl}/credential_deferred`,
        notification_endpoint: `${deps.baseUrl}/notification`,
        ...(walletAttestation ? { nonce_endpoint: `${deps.baseUrl}/nonce` } : {}),
      };
      const signer = async () =>
        deps.x5c
          ? deps.trust.signers.certified({ purpose: 'login', owner: 'province' })
          : { key: deps.keyring.active('login', 'province', 'ES256') };
      provider.use(metadataMiddleware({ clock: deps.clock, baseUrl: deps.baseUrl, members, signer }));
      if (walletAttestation) provider.use(nonceEndpoint());
      provider.use(credentialErrorMiddleware(deps.baseUrl));
      provider.use(encryptionMiddleware(encryption));
      provider.use(tokenEndpointMiddleware(ready));
    },
  };
};
