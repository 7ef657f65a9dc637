/** What a person allowed an app to learn. Outlives the session; every authorization's grant is built from it anew. */
import { type Clock, seconds } from '../../clock.ts';
import { AlreadyExists, type CollectionSpec, Conflict, type Storage } from '../../storage/index.ts';

export interface Consent {
  /** `<account id>:<client id>` */
  id: string;
  account: string;
  client: string;
  scopes: string[];
  /** Version of the words the person agreed to; a change of meaning asks again. */
  textVersion: number;
  givenAt: number;
}

export const consentTextVersion = 1;

const consentSpec: CollectionSpec<Consent> = { name: 'consents', schemaVersion: 1, indexes: ['account'] };

export interface Consents {
  find(account: string, client: string): Promise<Consent | undefined>;
  /** True when every scope was agreed to under the present words. */
  covers(account: string, client: string, scopes: readonly string[]): Promise<boolean>;
  give(account: string, client: string, scopes: readonly string[]): Promise<void>;
  of(account: string): Promise<Consent[]>;
  withdraw(account: string, client: string): Promise<boolean>;
}

const attempts = 5;

export const createConsents = ({ storage, clock }: { storage: Storage; clock: Clock }): Consents => {
  const consents = storage.collection(consentSpec);
  const idOf = (account: string, client: string): string => `${account}:${client}`;

  const find: Consents['find'] = async (account, client) => {
    const consent = await consents.get(idOf(account, client));
    return consent?.textVersion === consentTextVersion ? consent : undefined;
  };

  return {
    find,
    async covers(account, client, scopes) {
      const given = new Set((await find(account, client))?.scopes);
      return scopes.every((scope) => given.has(scope));
    },
    async give(account, client, scopes) {
      const id = idOf(account, client);
      for (let attempt = 1; ; attempt += 1) {
        const present = await consents.get(id);
        const before = present?.textVersion === consentTextVersion ? present.scopes : [];
        const consent: Consent = {
          id,
          account,
          client,
          scopes: [...new Set([...before, ...scopes])].sort(),
          textVersion: consentTextVersion,
          givenAt: seconds(clock),
        };
        try {
          if (present) await consents.replace({ ...consent, ver: present.ver });
          else await consents.insert(consent);
          return;
        } catch (error) {
          const lost = error instanceof Conflict || error instanceof AlreadyExists;
          if (!lost || attempt === attempts) throw error;
        }
      }
    },
    of: (account) => consents.find('account', account, { limit: 500 }),
    withdraw: (account, client) => consents.delete(idOf(account, client)),
  };
};
