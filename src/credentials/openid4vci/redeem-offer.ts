import type Provider from 'oidc-provider';
import { Conflict } from '../../storage/index.ts';
import type { OfferDeps } from './create-offer.ts';
import type { Offer } from './offer-store.ts';

/** Client of wallets that send no client_id (OpenID4VCI 1.0 §6.1); it may use the pre-authorized code grant only. */
export const anonymousWalletClientId = 'onecert-anonymous-wallet';

const maxWrongTxCodes = 5;

export type Redemption =
  | { kind: 'proceed' }
  | { kind: 'refused'; error: 'invalid_grant' | 'invalid_request'; description: string };

const refused = (
  description: string,
  error: 'invalid_grant' | 'invalid_request' = 'invalid_grant',
): Redemption => ({
  kind: 'refused',
  error,
  description,
});

/**
 * Runs before the library's pre-authorized code grant. A wrong tx_code is counted and does not burn the offer; the
 * fifth ends it. A right one binds the offer to the client (compare-and-set, one winner) and makes the library's own
 * code and Grant, whose single use is again compare-and-set: of 50 parallel redemptions one succeeds.
 */
export const redeemOffer = async (
  deps: Pick<OfferDeps, 'offers' | 'codes' | 'credentials' | 'baseUrl'>,
  provider: Provider,
  input: { code: string; txCode: string | undefined; clientId: string },
): Promise<Redemption> => {
  const offerId = deps.codes.offerIdOf(input.code);
  const offer = offerId ? await deps.offers.get(offerId) : undefined;
  if (!offer || offer.state === 'ended') return refused('the pre-authorized code is unknown or has expired');

  if (offer.txCodeMac) {
    if (input.txCode === undefined) return refused('tx_code is required', 'invalid_request');
    if (!deps.codes.same(offer.txCodeMac, deps.codes.txCodeMac(offer.id, input.txCode))) {
      return countWrongTxCode(deps, offer.id);
    }
  } else if (input.txCode !== undefined) {
    return refused('tx_code is not expected for this offer', 'invalid_request');
  }

  if (offer.state === 'bound') {
    return offer.client === input.clientId
      ? { kind: 'proceed' }
      : refused('the offer was redeemed by another client');
  }
  const client = await provider.Client.find(input.clientId);
  if (!client) return { kind: 'proceed' }; // the library answers invalid_client
  try {
    await deps.offers.replace({ ...offer, state: 'bound', client: input.clientId });
  } catch (error) {
    if (error instanceof Conflict) return refused('the pre-authorized code is being redeemed');
    throw error;
  }
  await createLibraryCode(deps, provider, offer, input, client);
  return { kind: 'proceed' };
};

const countWrongTxCode = async (deps: Pick<OfferDeps, 'offers'>, offerId: string): Promise<Redemption> => {
  for (;;) {
    const offer = await deps.offers.get(offerId);
    if (!offer || offer.state === 'ended')
      return refused('the offer has ended: too many wrong transaction codes');
    const wrongTxCodes = offer.wrongTxCodes + 1;
    const state = wrongTxCodes >= maxWrongTxCodes ? 'ended' : offer.state;
    try {
      await deps.offers.replace({ ...offer, wrongTxCodes, state });
    } catch (error) {
      if (error instanceof Conflict) continue;
      throw error;
    }
    return refused(
      state === 'ended'
        ? 'the offer has ended: too many wrong transaction codes'
        : `the tx_code is wrong; ${maxWrongTxCodes - wrongTxCodes} tries are left`,
    );
  }
};

const createLibraryCode = async (
  deps: Pick<OfferDeps, 'credentials' | 'baseUrl'>,
  provider: Provider,
  offer: Offer,
  input: { code: string; txCode: string | undefined; clientId: string },
  client: NonNullable<Awaited<ReturnType<Provider['Client']['find']>>>,
): Promise<void> => {
  const known = deps.credentials.configurations();
  const scope = [...new Set(offer.configurationIds.map((id) => known[id]!.type))].join(' ');
  const rar = offer.configurationIds.map((id) => ({
    type: 'openid_credential',
    credential_configuration_id: id,
  }));
  const grant = new provider.Grant({ accountId: offer.account, clientId: input.clientId });
  grant.addResourceScope(deps.baseUrl, scope);
  for (const detail of rar) grant.addRar(detail);
  const grantId = await grant.save();
  const Code = (
    provider as unknown as { PreAuthorizedCode: new (payload: object) => { save(): Promise<string> } }
  ).PreAuthorizedCode;
  await new Code({
    jti: input.code,
    client,
    accountId: offer.account,
    grantId,
    scope,
    resource: deps.baseUrl,
    rar,
    ...(input.txCode === undefined ? {} : { txCode: input.txCode }),
  }).save();
};
