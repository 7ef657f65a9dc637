import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Audit } from '../../audit/index.ts';
import { type Clock, seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import { parse } from '../../http/index.ts';
import type { Collection } from '../../storage/index.ts';
import type { App } from './app.ts';
import { hashAppSecret, newAppSecret } from './app-secret.ts';
import { checkRedirectUri, sectorOf } from './redirect-uri.ts';

const name = z
  .string()
  .trim()
  .min(1)
  .max(60)
  // Control and direction characters could make one name look like another.
  .regex(/^[^\p{Cc}\p{Cf}\p{Co}\p{Cs}]+$/u);

const schema = z.strictObject({
  /** Fixed id for apps we ship; others get a random one. */
  clientId: z
    .string()
    .regex(/^[a-z\d][a-z\d-]{2,62}$/)
    .optional(),
  name,
  redirectUris: z.array(z.string()).min(1).max(20),
  type: z.enum(['confidential', 'public']),
  pkce: z.enum(['required', 'optional']).default('required'),
  postLogoutRedirectUris: z.array(z.string()).max(20).default([]),
  scopes: z.array(z.string()).max(200).default(['openid', 'profile']),
  grantTypes: z
    .array(
      z.enum([
        'authorization_code',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:pre-authorized_code',
        'urn:ietf:params:oauth:grant-type:token-exchange',
      ]),
    )
    .default(['authorization_code']),
  firstParty: z.boolean().default(false),
  idTokenAlg: z.enum(['ES256', 'EdDSA', 'RS256']).default('ES256'),
  homeUri: z.string().optional(),
  exchangeFrom: z
    .array(z.string().regex(/^[a-z\d][a-z\d-]{2,62}$/))
    .max(20)
    .default([]),
});

export type AddAppInput = z.input<typeof schema>;

export interface AddedApp {
  clientId: string;
  /** Shown this once; only its hash is kept. Absent for public apps. */
  clientSecret?: string;
}

export interface AddAppDeps {
  apps: Collection<App>;
  audit: Audit;
  clock: Clock;
  supportedScopes: ReadonlySet<string>;
}

export interface AppActContext {
  actor: string;
  requestId?: string;
}

const refuse = (detail: string): never => {
  throw new ServiceError('invalid_request', { detail });
};

const check = (input: z.output<typeof schema>, supportedScopes: ReadonlySet<string>): void => {
  input.redirectUris.forEach((uri, index) => {
    checkRedirectUri(uri, `redirect URI ${index + 1}`);
  });
  input.postLogoutRedirectUris.forEach((uri, index) => {
    checkRedirectUri(uri, `post-logout redirect URI ${index + 1}`);
  });
  if (input.homeUri !== undefined) checkRedirectUri(input.homeUri, 'home URI');
  // OIDC Core §8.1: several hosts need a sector_identifier_uri; register one app a host instead.
  if (new Set(input.redirectUris.map((uri) => new URL(uri).host)).size > 1) {
    refuse('all redirect URIs of an app must be on one host');
  }
  if (input.type === 'public' && input.pkce === 'optional') refuse('a public app always uses PKCE');
  const unknown = input.scopes.filter((scope) => !supportedScopes.has(scope));
  if (unknown.length > 0) refuse('fields: scopes');
};

const scopesOf = (input: z.output<typeof schema>): string[] => {
  const scopes = new Set(['openid', ...input.scopes]);
  if (input.grantTypes.includes('refresh_token')) scopes.add('offline_access');
  return [...scopes].sort();
};

/** Registers an app; audited as app.added. Throws AlreadyExists for a taken clientId. */
export const addApp = async (
  deps: AddAppDeps,
  given: AddAppInput,
  context: AppActContext,
): Promise<AddedApp> => {
  const input = parse(schema, given);
  check(input, deps.supportedScopes);
  const id = input.clientId ?? `app-${randomBytes(12).toString('hex')}`;
  const secret = input.type === 'confidential' ? newAppSecret() : undefined;
  await deps.apps.insert({
    id,
    name: input.name,
    type: input.type,
    redirectUris: input.redirectUris,
    postLogoutRedirectUris: input.postLogoutRedirectUris,
    scopes: scopesOf(input),
    grantTypes: [...new Set(['authorization_code' as const, ...input.grantTypes])],
    pkce: input.type === 'public' ? 'required' : input.pkce,
    firstParty: input.firstParty,
    idTokenAlg: input.idTokenAlg,
    sector: sectorOf(id, input.redirectUris),
    ...(input.exchangeFrom.length > 0 ? { exchangeFrom: input.exchangeFrom } : {}),
    homeUri: input.homeUri ?? `${new URL(input.redirectUris[0]!).origin}/`,
    ...(secret === undefined ? {} : { secretHash: hashAppSecret(secret) }),
    createdAt: seconds(deps.clock),
  });
  await deps.audit.append({
    action: 'app.added',
    actor: context.actor,
    object: `client:${id}`,
    result: 'ok',
    details: { type: input.type, firstParty: input.firstParty },
    ...(context.requestId === undefined ? {} : { requestId: context.requestId }),
  });
  return { clientId: id, ...(secret === undefined ? {} : { clientSecret: secret }) };
};
