/** What we ask of an app's metadata beyond the library's own schema; the same for every way an app comes in. */
import { errors } from 'oidc-provider';
import { z } from 'zod';
import { ServiceError } from '../../errors.ts';
import type { OutgoingFetch } from '../../outgoing/index.ts';
import { membersAgainstHigh } from '../profile-high.ts';
import type { AppMetadata, AppProfile } from './app.ts';
import { checkRedirectUri } from './redirect-uri.ts';

export interface CheckDeps {
  /** The library's own check of a client; throws its InvalidClientMetadata. */
  checkClient(metadata: Record<string, unknown>): void;
  /** Guarded: reaches no address inside. */
  fetch: OutgoingFetch;
}

const refuse = (detail: string): never => {
  throw new ServiceError('invalid_request', { detail });
};

const name = z
  .string()
  .trim()
  .min(1)
  .max(60)
  // Control and direction characters could make one name look like another.
  .regex(/^[^\p{Cc}\p{Cf}\p{Co}\p{Cs}]+$/u);

const otherUris = [
  ...(['client_uri', 'logo_uri', 'policy_uri', 'tos_uri', 'initiate_login_uri'] as const),
  ...(['jwks_uri', 'sector_identifier_uri', 'backchannel_logout_uri'] as const),
];

/** OpenID Connect Registration §5: every redirect URI stands in the file the sector names. */
const checkSector = async (
  fetch: OutgoingFetch,
  uri: string,
  redirectUris: readonly string[],
): Promise<void> => {
  const listed = await fetch(uri, { headers: { accept: 'application/json' } })
    .then((answer) => (answer.status === 200 ? (answer.json() as Promise<unknown>) : undefined))
    .catch(() => undefined);
  if (!Array.isArray(listed)) refuse('sector_identifier_uri could not be read as a JSON array');
  else if (!redirectUris.every((one) => listed.includes(one)))
    refuse('sector_identifier_uri does not list every redirect URI');
};

/** Throws invalid_request with a sentence for the developer. */
export const checkApp = async (
  deps: CheckDeps,
  id: string,
  metadata: AppMetadata,
  profile: AppProfile,
): Promise<void> => {
  if (!name.safeParse(metadata.client_name).success)
    refuse('client_name must have 1 to 60 visible characters');
  const native = metadata.application_type === 'native';
  if (!Array.isArray(metadata.redirect_uris) || metadata.redirect_uris.length > 20)
    refuse('redirect_uris must be a list of at most 20');
  metadata.redirect_uris.forEach((uri, index) => {
    checkRedirectUri(String(uri), `redirect URI ${index + 1}`, native);
  });
  (metadata.post_logout_redirect_uris ?? []).forEach((uri, index) => {
    checkRedirectUri(String(uri), `post-logout redirect URI ${index + 1}`, native);
  });
  for (const member of otherUris) {
    if (metadata[member] !== undefined) checkRedirectUri(String(metadata[member]), member);
  }
  // RFC 6749 §4.4
  if (
    metadata.token_endpoint_auth_method === 'none' &&
    metadata.grant_types?.includes('client_credentials') === true
  )
    refuse('client_credentials is for an app that can keep a secret');
  const { request_uris: requestUris = [] } = metadata;
  if (!Array.isArray(requestUris) || requestUris.length > 20)
    refuse('request_uris must be a list of at most 20');
  requestUris.forEach((uri, index) => {
    // OpenID Connect Registration §2: its fragment may be the digest of the file.
    checkRedirectUri(String(uri).replace(/#[\w-]*$/, ''), `request URI ${index + 1}`);
  });
  const [unfit] = profile === 'high' ? membersAgainstHigh(metadata) : [];
  if (unfit !== undefined)
    refuse(`${unfit} does not fit the profile high (FAPI 2.0 Security Profile §5.3.2.1, §5.4.1)`);
  const { sector_identifier_uri: sectorUri } = metadata;
  const hosts = new Set(metadata.redirect_uris.map((uri) => new URL(uri).host));
  if (hosts.size > 1 && sectorUri === undefined)
    refuse('redirect URIs on several hosts need a sector_identifier_uri');
  try {
    deps.checkClient({ ...metadata, client_id: id });
  } catch (error) {
    if (error instanceof errors.InvalidClientMetadata) refuse(error.error_description ?? error.error);
    throw error;
  }
  if (sectorUri !== undefined) await checkSector(deps.fetch, sectorUri, metadata.redirect_uris);
};
