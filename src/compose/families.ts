/** Part of the composition root: families and life events, out of the other features. */
import { join } from 'node:path';
import type { Accounts } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import {
  type AskRegister,
  type Catalogue,
  type Credentials,
  createAskRegister,
  createProofCheck,
} from '../credentials/index.ts';
import type { Enterprises } from '../enterprises/index.ts';
import {
  createFamilies,
  type Families,
  noGuardianRegister,
  openFileGuardianRegister,
  openHttpGuardianRegister,
} from '../families/index.ts';
import {
  createLifeEvents,
  type LifeEvents,
  noLifeEvents,
  openFileLifeEvents,
  openHttpLifeEvents,
} from '../life-events/index.ts';
import type { Logger } from '../log.ts';
import type { Officials } from '../officials/index.ts';
import type { Oidc } from '../oidc/index.ts';
import type { Registration } from '../registration/index.ts';
import type { Storage } from '../storage/index.ts';

const registersOf = ({ population, sample }: Config, clock: Clock) => {
  if (population.adapter === 'file') {
    return {
      guardians: openFileGuardianRegister(join(sample.dir, 'guardians.csv')),
      lifeEvents: openFileLifeEvents(join(sample.dir, 'life-events.csv')),
    };
  }
  if (population.adapter === 'none') return { guardians: noGuardianRegister, lifeEvents: noLifeEvents };
  const { url, tokenFile } = population;
  // A circuit each: news that cannot be had must not keep a guardian waiting.
  const ask = (): AskRegister => createAskRegister({ url: url!, clock, ...(tokenFile ? { tokenFile } : {}) });
  return { guardians: openHttpGuardianRegister(ask()), lifeEvents: openHttpLifeEvents(ask()) };
};

/** What the two features give to the core. */
export interface FamilyFeatures {
  families: Families;
  lifeEvents: LifeEvents;
}

export const composeFamilies = (deps: {
  config: Config;
  storage: Storage;
  accounts: Accounts;
  audit: Audit;
  catalogue: Catalogue;
  clock: Clock;
  credentials: Credentials;
  enterprises: Enterprises;
  logger: Logger;
  nonceSecret: Uint8Array;
  officials: Officials;
  registration: Registration;
  oidc: Pick<Oidc, 'endAllOf'>;
}): FamilyFeatures => {
  const { config, storage, accounts, audit, catalogue, clock, credentials } = deps;
  const registers = registersOf(config, clock);
  const families = createFamilies({
    storage,
    accounts,
    audit,
    catalogue,
    clock,
    credentials,
    guardians: registers.guardians,
    population: deps.registration.pages.population,
    checkProofs: createProofCheck({
      ephemeral: storage.ephemeral,
      clock,
      baseUrl: config.baseUrl,
      nonceSecret: deps.nonceSecret,
    }),
  });
  const lifeEvents = createLifeEvents({
    storage,
    accounts,
    audit,
    clock,
    credentials,
    families,
    enterprises: deps.enterprises,
    officials: deps.officials,
    endAllOf: deps.oidc.endAllOf,
    register: registers.lifeEvents,
    onFailure: (error) => deps.logger.error({ err: error }, 'a life event was not carried out'),
  });
  return { families, lifeEvents };
};
