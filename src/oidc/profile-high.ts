/** The profile `high`: FAPI 2.0 Security Profile, for apps whose theft would hurt most. docs/protocols.md says it in words. */
import type { AdapterPayload, ClientMetadata } from 'oidc-provider';
import { strongSignatures } from './algorithms.ts';

/** Of an app's metadata or of the library's client. */
export const isHigh = (client: unknown): boolean =>
  (client as { onecert_profile?: unknown } | undefined)?.onecert_profile === 'high';

export const isStrong = (alg: unknown): boolean => (strongSignatures as readonly unknown[]).includes(alg);

const signatureMembers = [
  'id_token_signed_response_alg',
  'userinfo_signed_response_alg',
  'introspection_signed_response_alg',
  'token_endpoint_auth_signing_alg',
  'request_object_signing_alg',
] as const;

/** Members of an app's metadata that the profile does not allow; none means that it fits. */
export const membersAgainstHigh = (metadata: Partial<ClientMetadata>): string[] => [
  ...(metadata.token_endpoint_auth_method === 'private_key_jwt' ? [] : ['token_endpoint_auth_method']),
  ...((metadata.response_types ?? []).every((type) => type === 'code') ? [] : ['response_types']),
  ...signatureMembers.filter((name) => metadata[name] !== undefined && !isStrong(metadata[name])),
];

/** A wallet that authenticates by its provider's attestation. */
const isAttested = (metadata: AdapterPayload): boolean =>
  String(metadata.token_endpoint_auth_method).startsWith('attest_jwt_client_auth');

/** HAIP 1.0 §4.2: what such a wallet always does. */
const attested = {
  require_pushed_authorization_requests: true,
  dpop_bound_access_tokens: true,
  response_types: ['code'],
  onecert_pkce: 'required',
} as const;

/** §5.3.2: what the profile fixes, whatever stands in the app's record. An app without keys is then refused. */
export const withProfile = <Metadata extends AdapterPayload>(metadata: Metadata): Metadata =>
  isAttested(metadata)
    ? { ...metadata, ...attested }
    : isHigh(metadata)
      ? {
          ...metadata,
          token_endpoint_auth_method: 'private_key_jwt',
          require_pushed_authorization_requests: true,
          dpop_bound_access_tokens: true,
          response_types: ['code'],
          id_token_signed_response_alg: isStrong(metadata.id_token_signed_response_alg)
            ? metadata.id_token_signed_response_alg
            : 'ES256',
        }
      : metadata;
