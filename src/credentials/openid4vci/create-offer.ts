import { randomBytes, randomInt } from 'node:crypto';
import type { Account } from '../../accounts/index.ts';
import type { Audit } from '../../audit/index.ts';
import { type Clock, seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import type { Collection } from '../../storage/index.ts';
import type { ActContext, Credentials } from '../index.ts';
import type { Offer, OfferCodes } from './offer-store.ts';

export const preAuthorizedCodeGrant = 'urn:ietf:params:oauth:grant-type:pre-authorized_code';

export interface CreatedOffer {
  /** OpenID4VCI 1.0 §4.1.1, by value. */
  credential_offer: Record<string, unknown>;
  /** The same by reference (§4.1.3). */
  credential_offer_uri: string;
  /** What a QR or a link carries. */
  link: string;
  /** Told to the person over another channel, never inside the offer. */
  tx_code?: string;
  /** Unix seconds. */
  expires_at: number;
}

export interface OfferDeps {
  offers: Collection<Offer>;
  codes: OfferCodes;
  credentials: Credentials;
  audit: Audit;
  clock: Clock;
  baseUrl: string;
  offerMinutes: number;
}

/** The offer object a wallet reads, by value or from `/offers/<id>`. */
export const offerDocument = (deps: Pick<OfferDeps, 'baseUrl' | 'codes'>, offer: Offer) => ({
  credential_issuer: deps.baseUrl,
  credential_configuration_ids: offer.configurationIds,
  grants: {
    authorization_code: {},
    [preAuthorizedCodeGrant]: {
      'pre-authorized_code': deps.codes.preAuthorizedCode(offer.id),
      ...(offer.txCodeMac ? { tx_code: { input_mode: 'numeric', length: 6 } } : {}),
    },
  },
});

/** A department offers a certificate to a person's wallet. Audited; the transaction code is returned once. */
export const createOffer = async (
  deps: OfferDeps,
  input: { account: Account; configurationIds: string[]; txCode: boolean; context: ActContext },
): Promise<CreatedOffer> => {
  const known = deps.credentials.configurations();
  for (const id of input.configurationIds) {
    if (!Object.hasOwn(known, id)) throw new ServiceError('unknown_certificate_type');
  }
  const types = new Set(input.configurationIds.map((id) => known[id]!.type));
  for (const type of types) {
    try {
      await deps.credentials.ensureCertificate(input.account, type, input.context);
    } catch (error) {
      // Offered all the same: the wallet asks, the department decides, the wallet comes back (§9).
      if (!(error instanceof ServiceError && error.code === 'approval_needed')) throw error;
    }
  }

  const id = `o_${randomBytes(16).toString('base64url')}`;
  const txCode = input.txCode ? String(randomInt(1_000_000)).padStart(6, '0') : undefined;
  const offer = await deps.offers.insert({
    id,
    account: input.account.id,
    configurationIds: input.configurationIds,
    ...(txCode ? { txCodeMac: deps.codes.txCodeMac(id, txCode) } : {}),
    wrongTxCodes: 0,
    state: 'open',
    expiresAt: seconds(deps.clock) + deps.offerMinutes * 60,
  });
  await deps.audit.append({
    action: 'offer.created',
    actor: input.context.actor,
    subject: input.account.id,
    object: id,
    result: 'ok',
    details: { types: [...types].join(' '), tx_code: txCode !== undefined },
    requestId: input.context.requestId,
  });
  const uri = `${deps.baseUrl}/offers/${id}`;
  return {
    credential_offer: offerDocument(deps, offer),
    credential_offer_uri: uri,
    link: `openid-credential-offer://?credential_offer_uri=${encodeURIComponent(uri)}`,
    ...(txCode ? { tx_code: txCode } : {}),
    expires_at: offer.expiresAt,
  };
};
