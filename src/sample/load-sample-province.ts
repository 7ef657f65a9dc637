import { randomInt } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Accounts } from '../accounts/index.ts';
import { type PopulationRegister, readSamplePeople, type SamplePerson } from '../credentials/index.ts';
import { AlreadyExists, type Storage } from '../storage/index.ts';

export interface SampleDeps {
  storage: Storage;
  accounts: Accounts;
  population: PopulationRegister;
  /** config/sample */
  sampleDir: string;
  dataDir: string;
}

/** A named person's short id and the password made at the first start. Who that is stands in people.yaml and README. */
export interface LoadedPerson {
  id: string;
  password: string;
}

const readable = 'abcdefghjkmnpqrstuvwxyz23456789';
const word = (): string => Array.from({ length: 4 }, () => readable[randomInt(readable.length)]).join('');

/** Three groups of four, easy to read aloud, some 59 bits. */
const makePassword = (): string => [word(), word(), word()].join('-');

const doneFact = 'sample-province';
const parallel = 50;

const peopleFile = (sampleDir: string): string => join(sampleDir, 'people.yaml');
const passwordFile = (dataDir: string): string => join(dataDir, 'sample-people.json');

/** The named people with the passwords made at the first start; empty when there are none. */
export const samplePeople = (dataDir: string): LoadedPerson[] =>
  existsSync(passwordFile(dataDir)) ? JSON.parse(readFileSync(passwordFile(dataDir), 'utf8')) : [];

/**
 * Opens an account for each of the 500 citizens and gives the named ones a password. Started again after a crash it
 * goes on where it was; on a loaded store it does nothing and answers undefined.
 */
export const loadSampleProvince = async (deps: SampleDeps): Promise<LoadedPerson[] | undefined> => {
  if (await deps.storage.facts.get(doneFact)) return undefined;
  const named = readSamplePeople(peopleFile(deps.sampleDir));
  const byDocument = new Map(
    named.map((person) => [`${person.document.kind}|${person.document.number}`, person]),
  );
  const residents = await deps.population.all();
  for (let start = 0; start < residents.length; start += parallel) {
    await Promise.all(
      residents.slice(start, start + parallel).map(async (resident) => {
        const person = byDocument.get(`${resident.kind}|${resident.number}`);
        try {
          await deps.accounts.open({
            name: resident.name,
            documentKind: resident.kind,
            documentNumber: resident.number,
            phone: resident.phone,
            proofingLevel: person?.proofingLevel ?? 2,
          });
        } catch (error) {
          if (!(error instanceof AlreadyExists)) throw error;
        }
      }),
    );
  }
  const loaded: LoadedPerson[] = [];
  for (const person of named) loaded.push(await givePassword(deps.accounts, person));
  keepPasswords(deps.dataDir, loaded);
  await deps.storage.facts.set(doneFact, '1');
  return loaded;
};

/** New passwords for the named people of a loaded store: those of the start before are good no more. */
export const renewPasswords = async (
  accounts: Accounts,
  people: readonly SamplePerson[],
  dataDir: string,
): Promise<LoadedPerson[]> => {
  const renewed: LoadedPerson[] = [];
  for (const person of people) renewed.push(await givePassword(accounts, person));
  keepPasswords(dataDir, renewed);
  return renewed;
};

const keepPasswords = (dataDir: string, people: LoadedPerson[]): void => {
  writeFileSync(passwordFile(dataDir), `${JSON.stringify(people, null, 2)}\n`, { mode: 0o600 });
  chmodSync(passwordFile(dataDir), 0o600);
};

const givePassword = async (accounts: Accounts, person: SamplePerson): Promise<LoadedPerson> => {
  const { kind, number } = person.document;
  const account = await accounts.findByDocument(kind, number);
  if (!account) throw new Error(`the named person ${person.id} is not in the list of citizens`);
  const password = makePassword();
  await accounts.setPassword(account.id, password);
  return { id: person.id, password };
};
