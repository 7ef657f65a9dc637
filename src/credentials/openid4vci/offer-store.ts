import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Collection, Storage } from '../../storage/index.ts';

/** A credential offer (OpenID4VCI 1.0 §4). The pre-authorized code is derived from the id, never stored. */
export interface Offer {
  /** `o_` + 22 characters; also names the offer in `/offers/<id>`. */
  id: string;
  account: string;
  configurationIds: string[];
  /** HMAC of the tx_code, when one is asked for. */
  txCodeMac?: string;
  wrongTxCodes: number;
  /** open: nobody redeemed it; bound: to the client below; ended: too many wrong transaction codes. */
  state: 'open' | 'bound' | 'ended';
  client?: string;
  /** Id of the login's grant for that client: a second use of the code ends it. */
  grant?: string;
  /** Unix seconds. */
  expiresAt: number;
}

export const openOfferStore = (storage: Storage): Collection<Offer> =>
  storage.collection<Offer>({
    name: 'credential_offers',
    schemaVersion: 1,
    indexes: ['account'],
    expiresAt: 'expiresAt',
  });

/** Codes and their checks, keyed with a secret all processes share. */
export const offerCodes = (secret: Uint8Array) => {
  const mac = (purpose: string, value: string): string =>
    createHmac('sha256', secret).update(`${purpose}|${value}`).digest('base64url');
  const same = (a: string, b: string): boolean => {
    const left = Buffer.from(a);
    const right = Buffer.from(b);
    return left.length === right.length && timingSafeEqual(left, right);
  };
  return {
    /** `<offer id>.<mac>`: whoever holds it may redeem the offer. */
    preAuthorizedCode: (offerId: string): string => `${offerId}.${mac('pre-authorized_code', offerId)}`,
    /** The offer id of a genuine code, else undefined. */
    offerIdOf(code: string): string | undefined {
      const [id, given, ...rest] = code.split('.');
      if (!id || !given || rest.length > 0) return undefined;
      return same(given, mac('pre-authorized_code', id)) ? id : undefined;
    },
    txCodeMac: (offerId: string, txCode: string): string => mac('tx_code', `${offerId}|${txCode}`),
    same,
  };
};

export type OfferCodes = ReturnType<typeof offerCodes>;
