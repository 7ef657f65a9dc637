/** Begins a sign-in that ends with a ticket, and takes the ticket back: what /auth, /token and userinfo are to others. */
import { createHmac } from 'node:crypto';
import { errors, type Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import { type Clock, seconds } from '../../clock.ts';
import type { ClaimsSource } from '../account-claims.ts';
import type { OidcStore } from '../adapter/oidc-store.ts';
import { whileStoreAnswers } from '../adapter/store-faults.ts';
import type { ClaimsClient, FindAccount } from '../find-account.ts';
import type { GrantCapacity } from '../library.ts';
import type { Subjects } from '../subject.ts';
import { ticketMode } from './ticket-mode.ts';

/** One old app: its name there, the app it is here, and where its tickets go. */
export interface TicketService {
  code: string;
  clientId: string;
  returnUri: string;
}

export type TicketRefusal = 'unknown' | 'foreign' | 'expired' | 'used' | 'ended';

export interface TicketDesk {
  signInAddress(service: TicketService, scopes: readonly string[], carried?: string): string;
  /** Once, and by the service it was issued to. */
  redeem(
    service: TicketService,
    ticket: string,
  ): Promise<{ token: string; accountId: string } | { refused: TicketRefusal; accountId?: string }>;
  /** What the scopes she agreed to tell of her, under the names of OpenID Connect; undefined for a dead token. */
  read(
    service: TicketService,
    token: string,
  ): Promise<{ accountId: string; claims: Record<string, unknown> } | undefined>;
}

export interface TicketDeskDeps {
  provider: Provider;
  baseUrl: string;
  store: OidcStore;
  clock: Clock;
  logger: Logger;
  /** Keys the mark that ties a ticket to its service. */
  secret: Uint8Array;
  subjects: Subjects;
  findAccount: FindAccount;
}

const tokenSeconds = 300;
const gty = 'ticket';

interface Code extends ClaimsSource {
  exp: number;
  consumed?: number;
  accountId: string;
  clientId: string;
  grantId: string;
  redirectUri: string;
  codeChallenge?: string;
  scopes: Set<string>;
  sessionUid?: string;
  sid?: string;
  expiresWithSession?: boolean;
  consume(): Promise<void>;
}

interface Token extends ClaimsSource {
  accountId: string;
  clientId: string;
  grantId: string;
  isValid: boolean;
  gty?: string;
  scope?: string;
}

type Grant = InstanceType<Provider['Grant']> & GrantCapacity;

export const createTicketDesk = (deps: TicketDeskDeps): TicketDesk => {
  const { provider, clock, findAccount } = deps;

  /**
   * Stands as code_challenge in the sign-in. Nobody knows what it is the hash of, so a ticket is no code for /token, and
   * a code of the app's own is no ticket.
   */
  const markOf = ({ code, clientId, returnUri }: TicketService): string =>
    createHmac('sha256', deps.secret)
      .update(JSON.stringify(['ticket', code, clientId, returnUri]))
      .digest('base64url');

  const clientOf = async ({ clientId }: TicketService): Promise<ClaimsClient | undefined> =>
    (await provider.Client.find(clientId)) as unknown as ClaimsClient | undefined;

  const grantOf = async (
    source: Pick<Token, 'grantId' | 'clientId' | 'accountId'>,
  ): Promise<Grant | undefined> => {
    const grant = (await provider.Grant.find(source.grantId)) as Grant | undefined;
    return grant?.clientId === source.clientId && grant.accountId === source.accountId ? grant : undefined;
  };

  const refusalOf = async (service: TicketService, code: Code): Promise<TicketRefusal | undefined> => {
    if (code.clientId !== service.clientId) {
      // As with a code in the hands of another app: it was stolen on the way.
      await deps.store.revokeGrant(code.grantId);
      return 'foreign';
    }
    if (code.redirectUri !== service.returnUri || code.codeChallenge !== markOf(service)) return 'foreign';
    if (code.consumed !== undefined) {
      // RFC 6749 §4.1.2: what the first use gave is no longer to be trusted.
      await deps.store.revokeGrant(code.grantId);
      return 'used';
    }
    return code.exp <= seconds(clock) ? 'expired' : undefined;
  };

  const consumed = async (code: Code): Promise<boolean> => {
    try {
      await code.consume();
      return true;
    } catch (error) {
      if (error instanceof errors.InvalidGrant) return false;
      throw error;
    }
  };

  const redeem: TicketDesk['redeem'] = async (service, ticket) => {
    const code = (await provider.AuthorizationCode.find(ticket, { ignoreExpiration: true })) as unknown as
      | Code
      | undefined;
    if (code === undefined) return { refused: 'unknown' };
    const { accountId } = code;
    const refused = await refusalOf(service, code);
    if (refused !== undefined) return { refused, accountId };
    const [client, grant] = [await clientOf(service), await grantOf(code)];
    if (client === undefined || grant === undefined) return { refused: 'ended', accountId };
    if (!(await consumed(code))) return { refused: 'used', accountId };
    if ((await findAccount(accountId, { source: code, grant, client })) === undefined)
      return { refused: 'ended', accountId };
    const token = new provider.AccessToken({
      client,
      accountId,
      grantId: code.grantId,
      gty,
      scope: grant.getOIDCScopeFiltered(code.scopes),
      expiresIn: tokenSeconds,
      sessionUid: code.sessionUid,
      sid: code.sid,
      expiresWithSession: code.expiresWithSession,
      extra: { acr: code.acr, amr: code.amr, auth_time: code.authTime },
    } as never);
    return { token: (await token.save()) as unknown as string, accountId };
  };

  const read: TicketDesk['read'] = async (service, value) => {
    const token = (await provider.AccessToken.find(value)) as unknown as Token | undefined;
    if (!token?.isValid || token.gty !== gty || token.clientId !== service.clientId) return undefined;
    const [client, grant] = [await clientOf(service), await grantOf(token)];
    if (client === undefined || grant === undefined) return undefined;
    const { accountId } = token;
    const account = await findAccount(accountId, { source: token, grant, client });
    if (account === undefined) return undefined;
    const claims = await account.claims('userinfo', token.scope ?? '', {}, []);
    return { accountId, claims: { ...claims, sub: deps.subjects(String(client.onecert_sector), accountId) } };
  };

  return {
    signInAddress(service, scopes, carried) {
      const url = new URL('/auth', deps.baseUrl);
      const parameters = {
        client_id: service.clientId,
        response_type: 'code',
        response_mode: ticketMode,
        redirect_uri: service.returnUri,
        scope: scopes.join(' '),
        code_challenge: markOf(service),
        code_challenge_method: 'S256',
        ...(carried === undefined ? {} : { state: carried }),
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return url.href;
    },
    redeem: (service, ticket) => whileStoreAnswers(deps.logger, () => redeem(service, ticket)),
    read: (service, token) => whileStoreAnswers(deps.logger, () => read(service, token)),
  };
};
