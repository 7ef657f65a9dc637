import { describe, expect, it } from '@jest/globals';
import { createNetworkOf } from '../../../src/oidc/sessions/network-of.ts';

const networkOf = createNetworkOf(new Uint8Array(32).fill(5));

describe('the network of an address', () => {
  it('is the same however an IPv6 address is written', () => {
    const written = [
      '2001:db8::1',
      '2001:DB8:0:0::1',
      '2001:0db8:0000:0000:0000:0000:0000:0001',
      '2001:db8:0:7::2',
    ];
    expect(new Set(written.map(networkOf)).size).toBe(1);
    expect(networkOf('::1')).toBe(networkOf('0:0:0:0:0:0:0:1'));
  });

  it('is a /48 of IPv6 and a /24 of IPv4', () => {
    expect(networkOf('2001:db8:1::1')).not.toBe(networkOf('2001:db8::1'));
    expect(networkOf('192.0.2.7')).toBe(networkOf('::ffff:192.0.2.200'));
    expect(networkOf('192.0.2.7')).not.toBe(networkOf('192.0.3.7'));
  });
});
