/** What a person allowed an app to learn. Outlives the session; every authorization's grant is built from it anew. */
import { type Clock, seconds } from '../../clock.ts';
import { AlreadyExists, type CollectionSpec, Conflict, type Storage } from '../../storage/index.ts';

export interface Consent {
  /** `<account id>:<client id>`, and `:<entity>` when the person acted for one. */
  id: string;
  account: string;
  client: string;
  /** `e:<enterprise id>` or `o:<unit id>`: consent is per person, entity and app. */
  entity?: string;
  scopes: string[];
  /** Version of the words the person agreed to; a change of meaning asks again. */
  textVersion: number;
  givenAt: number;
}

export const consentTextVersion = 1;

const consentSpec: CollectionSpec<Consent> = { name: 'consents', schemaVersion: 1, indexes: ['account'] };

/** Whose consent, to whom, on whose behalf. */
export interface ConsentParties {
  account: string;
  client: string;
  entity?: string | undefined;
}

export interface Consents {
  /** True when every scope was agreed to under the present words. */
  covers(by: ConsentParties, scopes: readonly string[]): Promise<boolean>;
  give(by: ConsentParties, scopes: readonly string[]): Promise<void>;
  of(account: string): Promise<Consent[]>;
  /** All of the app's, whoever the person acted for. */
  withdraw(account: string, client: string): Promise<boolean>;
}

const attempts = 5;

export const createConsents = ({ storage, clock }: { storage: Storage; clock: Clock }): Consents => {
  const consents = storage.collection(consentSpec);
  const idOf = ({ account, client, entity }: ConsentParties): string =>
    entity === undefined ? `${account}:${client}` : `${account}:${client}:${entity}`;
  const ofAccount = (account: string): Promise<Consent[]> =>
    consents.find('account', account, { limit: 500 });

  return {
    async covers(by, scopes) {
      const consent = await consents.get(idOf(by));
      const given = new Set(consent?.textVersion === consentTextVersion ? consent.scopes : []);
      return scopes.every((scope) => given.has(scope));
    },
    async give(by, scopes) {
      const id = idOf(by);
      const { account, client, entity } = by;
      for (let attempt = 1; ; attempt += 1) {
        const present = await consents.get(id);
        const before = present?.textVersion === consentTextVersion ? present.scopes : [];
        const consent: Consent = {
          id,
          account,
          client,
          ...(entity === undefined ? {} : { entity }),
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
    of: ofAccount,
    async withdraw(account, client) {
      const hers = (await ofAccount(account)).filter((consent) => consent.client === client);
      const gone = await Promise.all(hers.map(({ id }) => consents.delete(id)));
      return gone.some(Boolean);
    },
  };
};
