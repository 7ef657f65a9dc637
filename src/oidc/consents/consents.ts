/** What a person allowed an app to learn. Outlives the session; every authorization's grant is built from it anew. */
import { createHash } from 'node:crypto';
import { type Clock, seconds } from '../../clock.ts';
import type { Text } from '../../http/index.ts';
import { AlreadyExists, type CollectionSpec, Conflict, type Storage } from '../../storage/index.ts';

export interface Consent {
  /** `<account id>:<client id>`, and `:<entity>` when the person acted for one. */
  id: string;
  account: string;
  client: string;
  /** `e:<enterprise id>` or `o:<unit id>`: consent is per person, entity and app. */
  entity?: string;
  scopes: string[];
  /** By scope, the digest of the sentence she agreed to: a service that reads more is another sentence. */
  meanings: Record<string, string>;
  givenAt: number;
}

const consentSpec: CollectionSpec<Consent> = {
  name: 'consents',
  schemaVersion: 2,
  // One number stood for the words of every scope, so nobody can tell what was read: it is asked again.
  migrations: { 1: ({ textVersion: _, ...consent }) => ({ ...consent, meanings: {} }) },
  indexes: ['account'],
};

/** SHA-256 (base64url) of what the consent page says, in both languages. */
export const meaningOf = ({ zh, en }: Text): string =>
  createHash('sha256')
    .update(JSON.stringify([zh, en]))
    .digest('base64url');

/** Whose consent, to whom, on whose behalf. */
export interface ConsentParties {
  account: string;
  client: string;
  entity?: string | undefined;
}

export interface Consents {
  /** Those of the scopes that were agreed to in the words of now; undefined when nothing was agreed to at all. */
  agreed(by: ConsentParties, scopes: readonly string[]): Promise<ReadonlySet<string> | undefined>;
  /** True when every scope was. */
  covers(by: ConsentParties, scopes: readonly string[]): Promise<boolean>;
  give(by: ConsentParties, scopes: readonly string[]): Promise<void>;
  of(account: string): Promise<Consent[]>;
  /** All of the app's, whoever the person acted for. */
  withdraw(account: string, client: string): Promise<boolean>;
}

const attempts = 5;

export const createConsents = (deps: {
  storage: Storage;
  clock: Clock;
  /** What a scope lets an app learn or do. */
  describeScope(scope: string): Text;
}): Consents => {
  const { storage, clock } = deps;
  const meaning = (scope: string): string => meaningOf(deps.describeScope(scope));
  const consents = storage.collection(consentSpec);
  const idOf = ({ account, client, entity }: ConsentParties): string =>
    entity === undefined ? `${account}:${client}` : `${account}:${client}:${entity}`;
  const ofAccount = (account: string): Promise<Consent[]> =>
    consents.find('account', account, { limit: 500 });

  const agreed: Consents['agreed'] = async (by, scopes) => {
    const consent = await consents.get(idOf(by));
    return consent && new Set(scopes.filter((scope) => consent.meanings[scope] === meaning(scope)));
  };

  return {
    agreed,
    covers: async (by, scopes) => {
      const known = await agreed(by, scopes);
      return known !== undefined && scopes.every((scope) => known.has(scope));
    },
    async give(by, scopes) {
      const id = idOf(by);
      const { account, client, entity } = by;
      for (let attempt = 1; ; attempt += 1) {
        const present = await consents.get(id);
        const meanings = { ...present?.meanings };
        for (const scope of scopes) meanings[scope] = meaning(scope);
        const consent: Consent = {
          id,
          account,
          client,
          ...(entity === undefined ? {} : { entity }),
          scopes: Object.keys(meanings).sort(),
          meanings,
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
