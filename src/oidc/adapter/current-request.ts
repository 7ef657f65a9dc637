/** What the adapter needs to know of the request it serves. oidc-provider keeps it in an AsyncLocalStorage. */
import { Provider } from 'oidc-provider';

export interface OidcRequest {
  /** The library's name of the route: `token`, `userinfo`, `authorization`, `resume`, … */
  route: string | undefined;
  /** The app that authenticated, once it has. */
  clientId: string | undefined;
  /** That app showed a secret or a key of its own. */
  authenticated: boolean;
  /** The session of this request was ended or moved meanwhile: its cookie must not be sent again. */
  supersedeSession(): void;
}

interface LibraryContext {
  _matchedRouteName?: string;
  state: Record<string, unknown>;
  oidc?: { entities: { Client?: { clientId: string; clientAuthMethod?: string } } };
}

export const supersededMark = 'oneCertSessionSuperseded';

export const currentRequest = (): OidcRequest | undefined => {
  const ctx = Provider.ctx as unknown as LibraryContext | undefined;
  if (ctx === undefined) return undefined;
  const client = ctx.oidc?.entities.Client;
  return {
    route: ctx._matchedRouteName,
    clientId: client?.clientId,
    authenticated: client !== undefined && client.clientAuthMethod !== 'none',
    supersedeSession: () => {
      ctx.state[supersededMark] = true;
    },
  };
};
