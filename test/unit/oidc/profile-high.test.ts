import { describe, expect, it } from '@jest/globals';
import type { ResponseType } from 'oidc-provider';
import { isHigh, membersAgainstHigh, withProfile } from '../../../src/oidc/profile-high.ts';

describe('the profile high (FAPI 2.0 Security Profile)', () => {
  it.each([
    [{ token_endpoint_auth_method: 'private_key_jwt' as const }, []],
    [{}, ['token_endpoint_auth_method']],
    [{ token_endpoint_auth_method: 'none' as const }, ['token_endpoint_auth_method']],
    [
      {
        token_endpoint_auth_method: 'private_key_jwt' as const,
        token_endpoint_auth_signing_alg: 'PS256' as const,
        id_token_signed_response_alg: 'RS256' as const,
        request_object_signing_alg: 'RS256' as const,
        response_types: ['code', 'id_token'] as ResponseType[],
      },
      ['response_types', 'id_token_signed_response_alg', 'request_object_signing_alg'],
    ],
  ])('names what in %j does not fit', (metadata, expected) => {
    expect(membersAgainstHigh(metadata)).toEqual(expected);
  });

  it('fixes what it asks for whatever stands in the record, and leaves other apps alone', () => {
    const record = {
      client_id: 'x',
      onecert_profile: 'high',
      token_endpoint_auth_method: 'client_secret_basic' as const,
      require_pushed_authorization_requests: false,
      dpop_bound_access_tokens: false,
      id_token_signed_response_alg: 'RS256' as const,
    };
    expect(withProfile(record)).toEqual({
      ...record,
      token_endpoint_auth_method: 'private_key_jwt',
      require_pushed_authorization_requests: true,
      dpop_bound_access_tokens: true,
      response_types: ['code'],
      id_token_signed_response_alg: 'ES256',
    });
    const other = { ...record, onecert_profile: 'standard' };
    expect(withProfile(other)).toBe(other);
    expect([isHigh(record), isHigh(other), isHigh(undefined)]).toEqual([true, false, false]);
  });
});
