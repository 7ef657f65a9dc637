/** What a sign-in knows beside its interaction: where it came from, and questions open between two pages. */
import type { SignInMethod } from '../../accounts/index.ts';
import type { Ephemeral } from '../../storage/index.ts';
import { keyOf } from '../adapter/oidc-store.ts';

const daySeconds = 86_400;
const questionSeconds = 300;

/** A person who has shown a factor. */
export interface ShownAccount {
  accountId: string;
  method: SignInMethod;
  at?: number;
}

export interface SignInTrail {
  /** Which app a sign-in came from. Outlives the interaction, so that a late page can still show the way back. */
  note(uid: string, clientId: string): Promise<void>;
  clientOf(uid: string): Promise<string | undefined>;
  /** The account a switch was asked for; taken once. */
  askSwitch(uid: string, next: ShownAccount): Promise<void>;
  takeSwitch(uid: string): Promise<ShownAccount | undefined>;
  /** The people one phone may sign in; taken once. */
  askPerson(uid: string, accountIds: readonly string[]): Promise<void>;
  takePeople(uid: string): Promise<string[]>;
}

export const createSignInTrail = (ephemeral: Ephemeral): SignInTrail => {
  const appKey = (uid: string): string => `oidc:trail:${keyOf(uid)}`;
  const switchKey = (uid: string): string => `oidc:switch:${keyOf(uid)}`;
  const peopleKey = (uid: string): string => `oidc:people:${keyOf(uid)}`;
  return {
    note: (uid, clientId) => ephemeral.set(appKey(uid), clientId, daySeconds),
    clientOf: (uid) => ephemeral.get(appKey(uid)),
    askSwitch: (uid, next) => ephemeral.set(switchKey(uid), JSON.stringify(next), questionSeconds),
    async takeSwitch(uid) {
      const text = await ephemeral.take(switchKey(uid));
      return text === undefined ? undefined : (JSON.parse(text) as ShownAccount);
    },
    askPerson: (uid, accountIds) =>
      ephemeral.set(peopleKey(uid), JSON.stringify(accountIds), questionSeconds),
    async takePeople(uid) {
      const text = await ephemeral.take(peopleKey(uid));
      return text === undefined ? [] : (JSON.parse(text) as string[]);
    },
  };
};
