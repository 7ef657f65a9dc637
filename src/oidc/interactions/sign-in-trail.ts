/** Which app a sign-in came from. Outlives the interaction, so that a late page can still show the way back. */
import type { Ephemeral } from '../../storage/index.ts';
import { keyOf } from '../adapter/oidc-store.ts';

const daySeconds = 86_400;

export interface SignInTrail {
  note(uid: string, clientId: string): Promise<void>;
  clientOf(uid: string): Promise<string | undefined>;
  /** The account a switch was asked for; taken once. */
  askSwitch(uid: string, accountId: string): Promise<void>;
  takeSwitch(uid: string): Promise<string | undefined>;
}

export const createSignInTrail = (ephemeral: Ephemeral): SignInTrail => {
  const appKey = (uid: string): string => `oidc:trail:${keyOf(uid)}`;
  const switchKey = (uid: string): string => `oidc:switch:${keyOf(uid)}`;
  return {
    note: (uid, clientId) => ephemeral.set(appKey(uid), clientId, daySeconds),
    clientOf: (uid) => ephemeral.get(appKey(uid)),
    askSwitch: (uid, accountId) => ephemeral.set(switchKey(uid), accountId, 300),
    takeSwitch: (uid) => ephemeral.take(switchKey(uid)),
  };
};
