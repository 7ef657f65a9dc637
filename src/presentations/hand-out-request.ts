import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { signJws } from '../keyring/index.ts';
import type { PresentationDeps } from './dependencies.ts';
import { requestParameters } from './request-parameters.ts';

/** RFC 9101 §10.8: no other JWT is taken for a request. */
const requestType = 'oauth-authz-req+jwt';
/** OpenID4VP 1.0 §5.8: of a request whose wallet is not known beforehand. */
const anyWallet = 'https://self-issued.me/v2';

/** The signed request (JAR) as a wallet fetches it; with the wallet's nonce when it sent one (§5.10). */
export const handOutRequest = async (
  deps: PresentationDeps,
  { request, walletNonce }: { request: string; walletNonce: string | undefined },
): Promise<string> => {
  const { presentations, apps, keyring, clock, baseUrl } = deps;
  const [one] = await presentations.find('request', request);
  const now = seconds(clock);
  if (!one?.signer || one.state !== 'open' || now > one.until) throw new ServiceError('not_found');
  // An app that was suspended meanwhile asks nobody any more.
  const isListed = one.poster !== undefined || (await apps.get(one.client))?.state === 'listed';
  if (!isListed) throw new ServiceError('not_found');
  const parameters = await requestParameters(one, baseUrl);
  const claims = {
    ...parameters,
    aud: anyWallet,
    iat: now,
    exp: one.until,
    ...(walletNonce === undefined ? {} : { wallet_nonce: walletNonce }),
  };
  return signJws(keyring.signer(one.signer.kid), requestType, claims, { x5c: one.signer.x5c });
};
