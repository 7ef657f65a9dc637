import { createHmac } from 'node:crypto';
import { addressUnit } from '../../http/index.ts';

/** The part of an address that stays the same at home or in an office: /24 of IPv4, /48 of IPv6. */
const prefixOf = (address: string): string => {
  const unit = addressUnit(address);
  const separator = unit.includes(':') ? ':' : '.';
  return unit.split(separator).slice(0, 3).join(separator);
};

/** Keyed hash of a network: enough to say "this network" or "another", and no address is kept. */
export const createNetworkOf =
  (key: Uint8Array): ((address: string) => string) =>
  (address) =>
    createHmac('sha256', key)
      .update(`network|${prefixOf(address)}`)
      .digest('base64url')
      .slice(0, 22);
