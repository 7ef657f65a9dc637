import { readFileSync } from 'node:fs';
import type { Accounts } from '../accounts/index.ts';
import { type Clock, systemClock } from '../clock.ts';
import { keyringOf } from '../compose/engines.ts';
import type { Config } from '../config.ts';
import { type Core, openCore, rootFile } from '../core.ts';
import { readDepartments } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { ensureDevelopmentKeys } from '../keyring/index.ts';
import type { Logger } from '../log.ts';
import { administratorsFact, type Founder, type OrgUnit, readTree } from '../officials/index.ts';
import type { FirstAdministrator } from './first-administrator.ts';
import { assertApart, openCeremony, takePublicRoots } from './make-root.ts';
import { signFirstStatement } from './sign-first-statement.ts';

export interface InitInput {
  /** Where the root and the next root are made; a medium that leaves this machine. */
  ceremonyDir: string;
  organisationFile: string;
  administrators: readonly [FirstAdministrator, FirstAdministrator];
  /** Unit of the two; default: the first of the tree that has none above it. */
  unit?: string;
  logger: Logger;
  clock?: Clock;
}

export interface InitReport {
  /** Thumbprint of the root: what verifiers pin. */
  root: string;
  rootFile: string;
  keysMade: number;
  /** Absent: one was in force already. */
  statement?: number;
  tree: { number: number; units: number };
  administrators: { account: string; role: Founder['role']; unit: string; link?: string }[];
}

/**
 * Makes an empty production instance usable. Everything that can be wrong is looked at before anything is made; run
 * again after a crash it goes on where it was. Throws already_exists once both administrators have started.
 */
export const initInstance = async (config: Config, input: InitInput): Promise<InitReport> => {
  const { ceremonyDir, logger, clock = systemClock } = input;
  if (config.mode !== 'production')
    throw new ServiceError('conflict', {
      detail: 'init is for production; a development instance makes all itself',
    });
  if (!config.departmentsFile) throw new ServiceError('conflict', { detail: 'departmentsFile is not set' });
  assertApart(ceremonyDir, config);
  const issuers = readDepartments(config.departmentsFile);
  const units = readTree(readFileSync(input.organisationFile, 'utf8'), issuers);
  const unit = input.unit ?? units.find(({ parent }) => parent === undefined)!.id;
  if (!units.some(({ id }) => id === unit))
    throw new ServiceError('not_found', { detail: 'the unit of the administrators is not in the tree' });
  const [first, second] = input.administrators;
  if (first.documentKind === second.documentKind && first.documentNumber === second.documentNumber)
    throw new ServiceError('invalid_request', { detail: 'the two administrators have to be two people' });

  const ceremony = await openCeremony(ceremonyDir, clock);
  takePublicRoots(ceremonyDir, config.keysDir);
  const keyring = await keyringOf(config, clock, false);
  const made = await ensureDevelopmentKeys(
    keyring,
    issuers.map(({ id }) => id),
    'cli',
  );
  const statement = await signFirstStatement({ config, ceremony, ceremonyDir, keyring, clock });

  const core = await openCore(config, { logger, clock, busyTimeoutMs: 5_000 });
  try {
    const { tree, founders } = await nameAdministrators(core, { units, unit, people: input.administrators });
    await core.audit.append({ action: 'instance.initialised', actor: 'cli', result: 'ok' });
    return {
      root: String(core.trust.rootPublicJwk().kid),
      rootFile: rootFile(config),
      keysMade: made.length,
      ...(statement === undefined ? {} : { statement }),
      tree,
      administrators: founders.map(({ token, ...founder }) => ({
        ...founder,
        ...(token ? { link: `${config.baseUrl}/officials/start/${token}` } : {}),
      })),
    };
  } finally {
    await core.close();
  }
};

const nameAdministrators = async (
  { officials, accounts, storage }: Core,
  input: { units: readonly OrgUnit[]; unit: string; people: InitInput['administrators'] },
): Promise<{ tree: InitReport['tree']; founders: Founder[] }> => {
  // An instance that has its tree keeps it: later versions come by `onecert official tree import`.
  const present = await officials.tree.current();
  const { number, units } =
    present.number > 0
      ? { number: present.number, units: present.units.length }
      : await officials.tree.import(input.units, { actor: 'cli' });
  const [first, second] = input.people;
  // Once two were named, nobody gets an account by this any more.
  const mayOpen = (await storage.facts.get(administratorsFact)) === undefined;
  const ids = [
    await accountOf(accounts, first, mayOpen),
    await accountOf(accounts, second, mayOpen),
  ] as const;
  return {
    tree: { number, units },
    founders: await officials.administrators.found({ accounts: ids, unit: input.unit }),
  };
};

/** Whoever runs this vouches for the two and their documents: proofing level 2, no more. */
const accountOf = async (
  accounts: Accounts,
  person: FirstAdministrator,
  mayOpen: boolean,
): Promise<string> => {
  const found = await accounts.findByDocument(person.documentKind, person.documentNumber);
  if (found) return found.id;
  if (!mayOpen) throw new ServiceError('already_exists', { detail: 'this instance has its administrators' });
  return (await accounts.open({ ...person, proofingLevel: 2 })).id;
};
