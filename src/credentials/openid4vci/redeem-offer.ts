import { randomBytes } from 'node:crypto';
import { errors, Provider } from 'oidc-provider';
import { Conflict } from '../../storage/index.ts';
import type { OfferDeps } from './create-offer.ts';
import type { Offer } from './offer-store.ts';

/** Client of wallets that send no client_id (OpenID4VCI 1.0 §6.1); it may use the pre-authorized code grant only. */
export const anonymousWalletClientId = 'onecert-anonymous-wallet';

const maxWrongTxCodes = 5;

type RedemptionDeps = Pick<OfferDeps, 'offers' | 'codes' | 'credentials' | 'baseUrl'>;

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

/** Runs before the library's token endpoint. A wrong tx_code is counted and does not burn the offer; the fifth ends it. */
export const checkTxCode = async (
  deps: Pick<OfferDeps, 'offers' | 'codes'>,
  input: { code: string; txCode: string | undefined },
): Promise<Redemption> => {
  const offerId = deps.codes.offerIdOf(input.code);
  const offer = offerId ? await deps.offers.get(offerId) : undefined;
  if (!offer || offer.state === 'ended') return refused('the pre-authorized code is unknown or has expired');
  if (offer.txCodeMac) {
    if (input.txCode === undefined) return refused('tx_code is required', 'invalid_request');
    if (!deps.codes.same(offer.txCodeMac, deps.codes.txCodeMac(offer.id, input.txCode)))
      return countWrongTxCode(deps, offer.id);
  } else if (input.txCode !== undefined) {
    return refused('tx_code is not expected for this offer', 'invalid_request');
  }
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

type LibraryClient = NonNullable<Awaited<ReturnType<Provider['Client']['find']>>>;

interface CodeModel {
  new (payload: object): { consume(): Promise<void> };
  find(code: string): Promise<object | undefined>;
}

interface TokenRequest {
  client?: LibraryClient;
  params?: { tx_code?: string };
}

/**
 * The offer is the library's code: nothing is kept beside it. The library looks for the code once the client is
 * authenticated and uses it up once the proof of possession is checked; that is one compare-and-set on the offer, which
 * binds it to the client. Before it nothing is lost by a crash or taken by a wrong secret, and of 50 parallel
 * redemptions one succeeds.
 */
export const redeemOffersAtLibrary = (provider: Provider, deps: RedemptionDeps): void => {
  const Code = (provider as unknown as { PreAuthorizedCode: CodeModel }).PreAuthorizedCode;
  Code.find = async (code) => {
    const { client, params } = (Provider.ctx?.oidc ?? {}) as TokenRequest;
    const offerId = deps.codes.offerIdOf(code);
    const offer = offerId ? await deps.offers.get(offerId) : undefined;
    if (!client || !offer || offer.state === 'ended') return undefined;
    const { state, client: clientId = client.clientId } = offer;
    const grant = offer.grant ?? randomBytes(32).toString('base64url');
    const found = new Code({
      jti: code,
      clientId,
      accountId: offer.account,
      grantId: grant,
      ...contentOf(deps, offer),
      resource: deps.baseUrl,
      exp: offer.expiresAt,
      txCode: params?.tx_code,
      ...(state === 'bound' ? { consumed: true } : {}),
    });
    found.consume = async () => {
      await makeGrant(deps, provider, { ...offer, grant, client: clientId });
      try {
        await deps.offers.replace({ ...offer, state: 'bound', client: clientId, grant });
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        await (await provider.Grant.find(grant))?.destroy();
        throw new errors.InvalidGrant('the pre-authorized code is being redeemed');
      }
    };
    return found;
  };
};

/** What the code is good for: the types as scopes, and each configuration by name. */
const contentOf = ({ credentials }: Pick<OfferDeps, 'credentials'>, { configurationIds }: Offer) => {
  const known = credentials.configurations();
  return {
    scope: [...new Set(configurationIds.map((id) => known[id]!.type))].join(' '),
    rar: configurationIds.map((id) => ({ type: 'openid_credential', credential_configuration_id: id })),
  };
};

const makeGrant = async (
  deps: RedemptionDeps,
  provider: Provider,
  offer: Offer & { grant: string; client: string },
): Promise<void> => {
  const { scope, rar } = contentOf(deps, offer);
  const content = { jti: offer.grant, accountId: offer.account, clientId: offer.client };
  const grant = new provider.Grant(content);
  grant.addResourceScope(deps.baseUrl, scope);
  for (const detail of rar) grant.addRar(detail);
  await grant.save();
};
