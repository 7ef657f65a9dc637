/** Which capacity an authorization is for: chosen just now, kept with the app's grant in this session, or to be asked. */
import type { Provider } from 'oidc-provider';
import type { Capacity } from '../../accounts/index.ts';
import type { GrantCapacity, OidcContext } from '../library.ts';
import { ticketMode } from '../tickets/ticket-mode.ts';
import { type Acting, self } from './acting.ts';

type Grant = InstanceType<Provider['Grant']> & GrantCapacity;

export interface Decision {
  /** `undefined`: the person has to be asked. */
  capacity: Capacity | undefined;
  /** The grant the app holds in this session. */
  present: Grant | undefined;
}

export type DecideCapacity = (oidc: OidcContext) => Promise<Decision>;

const decide = async (acting: Acting, provider: Provider, oidc: OidcContext): Promise<Decision> => {
  const { account, client, session, params, result } = oidc;
  if (!account || !client || !session) return { capacity: undefined, present: undefined };
  const { accountId } = account;
  const scopes = typeof params?.scope === 'string' ? params.scope.split(' ') : [];
  const presentId = session.grantIdFor(client.clientId);
  const found = presentId === undefined ? undefined : await provider.Grant.find(presentId);
  const present = found?.accountId === accountId ? (found as Grant) : undefined;

  // The old way knows persons only: whom she acts for is not asked, and could not be told.
  if (params?.response_mode === ticketMode) return { capacity: self, present };

  const chosen = result?.select_account?.capacity;
  const ref = chosen ?? (oidc.prompts.has('select_account') ? undefined : present?.capacity);
  if (ref !== undefined) {
    const capacity = await acting.live(accountId, ref, scopes);
    if (capacity !== undefined) return { capacity, present };
  }
  if (acting.isSelfFirst(client.clientId) && !oidc.prompts.has('select_account'))
    return { capacity: self, present };
  const choices = await acting.choices(accountId, client.clientId, scopes);
  return { capacity: choices.length === 1 ? self : undefined, present };
};

/** Asked several times in one request, decided once. */
export const createDecideCapacity = (acting: Acting, provider: () => Provider): DecideCapacity => {
  const decided = new WeakMap<OidcContext, Promise<Decision>>();
  return (oidc) => {
    const before = decided.get(oidc);
    // Before the account and the app are known there is nothing to remember.
    if (before !== undefined && oidc.account && oidc.client) return before;
    const made = decide(acting, provider(), oidc);
    if (oidc.account && oidc.client) decided.set(oidc, made);
    return made;
  };
};
