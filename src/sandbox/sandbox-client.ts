/**
 * How the province keeps its developers' apps in the sandbox: standard dynamic registration (RFC 7591) and management
 * (RFC 7592), so that a sandbox in this process and one on another machine are the same to it.
 */
import { z } from 'zod';
import { ServiceError } from '../errors.ts';

/** Manages one app of the sandbox. The token is a secret. */
export interface SandboxRegistration {
  clientId: string;
  uri: string;
  accessToken: string;
}

export interface SandboxApp {
  /** As the sandbox holds it, defaults filled in. */
  metadata: Record<string, unknown>;
  /** Shown once, where the app has got one just now. */
  clientSecret?: string;
  /** When it last redeemed an authorization code there: Unix seconds. */
  signedInAt?: number;
}

/** Refusals of metadata are `invalid_request` with the sandbox's sentence; all else is `sandbox_unavailable`. */
export interface SandboxClient {
  /** Issuer of the sandbox. */
  baseUrl: string;
  register(metadata: object): Promise<SandboxApp & { registration: SandboxRegistration }>;
  /** Undefined when the sandbox does not know it (any more): it may have been reset. */
  read(registration: SandboxRegistration): Promise<SandboxApp | undefined>;
  /** New metadata in whole. Undefined as in `read`. */
  change(registration: SandboxRegistration, metadata: object): Promise<SandboxApp | undefined>;
  /** Nothing happens when it is gone already. */
  remove(registration: SandboxRegistration): Promise<void>;
}

export interface SandboxClientDeps {
  baseUrl: string;
  /** Initial access token; asked for at each registration, since it is replaced from time to time. */
  token: () => Promise<string>;
  fetch: typeof globalThis.fetch;
}

const timeoutMs = 5_000;

const documentSchema = z.object({
  issuer: z.string(),
  onecert_environment: z.literal('sandbox'),
  registration_endpoint: z.string(),
});
const clientSchema = z.looseObject({
  client_id: z.string(),
  client_secret: z.string().optional(),
  onecert_signed_in_at: z.number().optional(),
});
const managedSchema = z.object({
  registration_access_token: z.string(),
  registration_client_uri: z.string(),
});
const errorSchema = z.object({ error: z.string(), error_description: z.string().optional() });

const unavailable = (cause: unknown): ServiceError => new ServiceError('sandbox_unavailable', { cause });

const ownMembers = new Set([
  'client_secret',
  'client_secret_expires_at',
  'registration_access_token',
  'registration_client_uri',
  'onecert_signed_in_at',
]);

const appOf = (body: unknown): SandboxApp => {
  const client = clientSchema.parse(body);
  const { client_secret: clientSecret, onecert_signed_in_at: signedInAt } = client;
  return {
    metadata: Object.fromEntries(Object.entries(client).filter(([name]) => !ownMembers.has(name))),
    ...(clientSecret === undefined ? {} : { clientSecret }),
    ...(signedInAt === undefined ? {} : { signedInAt }),
  };
};

export const createSandboxClient = ({ baseUrl, token, fetch }: SandboxClientDeps): SandboxClient => {
  /** What is said with a token goes to the sandbox and nowhere else. */
  const within = (uri: string): string => {
    if (!URL.canParse(uri) || new URL(uri).origin !== baseUrl) throw unavailable('an address elsewhere');
    return uri;
  };

  const ask = async (uri: string, accessToken?: string, init: RequestInit = {}): Promise<Response> => {
    const headers = {
      accept: 'application/json',
      ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await fetch(within(uri), { ...init, headers, signal, redirect: 'error' }).catch(
      (cause) => {
        throw unavailable(cause);
      },
    );
    if (answer.status !== 400) return answer;
    const { error, error_description: detail } = errorSchema.parse(await answer.json());
    throw new ServiceError('invalid_request', { detail: detail ?? error });
  };

  /** Whatever comes that is not what was agreed on is the sandbox's failure, not the caller's. */
  const reading = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw error instanceof ServiceError ? error : unavailable(error);
    }
  };

  /** RFC 7592 §2.1: 401 where there is no such client, or the token is not its own. */
  const manage = (
    { uri, accessToken }: SandboxRegistration,
    init?: RequestInit,
  ): Promise<SandboxApp | undefined> =>
    reading(async () => {
      const answer = await ask(uri, accessToken, init);
      if (answer.status === 401) return undefined;
      if (!answer.ok) throw unavailable(`status ${answer.status}`);
      return answer.status === 204 ? undefined : appOf(await answer.json());
    });

  return {
    baseUrl,
    register: (metadata) =>
      reading(async () => {
        const found = await ask(`${baseUrl}/.well-known/openid-configuration`);
        // An app of a draft must never come to stand in a real issuer because of a wrong setting.
        const document = documentSchema.parse(await found.json());
        if (document.issuer !== baseUrl) throw unavailable('another issuer answers');
        const answer = await ask(document.registration_endpoint, await token(), {
          method: 'POST',
          body: JSON.stringify(metadata),
        });
        if (answer.status !== 201) throw unavailable(`status ${answer.status}`);
        const body: unknown = await answer.json();
        const managed = managedSchema.parse(body);
        const app = appOf(body);
        return {
          ...app,
          registration: {
            clientId: String(app.metadata.client_id),
            uri: within(managed.registration_client_uri),
            accessToken: managed.registration_access_token,
          },
        };
      }),
    read: (registration) => manage(registration),
    change: (registration, metadata) =>
      manage(registration, {
        method: 'PUT',
        body: JSON.stringify({ ...metadata, client_id: registration.clientId }),
      }),
    async remove(registration) {
      await manage(registration, { method: 'DELETE' });
    },
  };
};
