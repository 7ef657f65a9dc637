/** Part of the composition root: what src/registration works with. */
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import {
  type Accounts,
  createGuessBudget,
  createSmsCodes,
  noSms,
  type SmsGateway,
} from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import {
  createAskRegister,
  createCircuit,
  type PopulationRegister,
  readPopulation,
} from '../credentials/index.ts';
import type { Logger } from '../log.ts';
import {
  type CertificateCheck,
  createCertificateCheck,
  createRegistration,
  createSampleFaceCheck,
  noPopulation,
  openFilePopulationCheck,
  openHttpPopulationCheck,
  openHttpRevocation,
  type PopulationCheck,
  type Registration,
} from '../registration/index.ts';
import type { Storage } from '../storage/index.ts';
import { readAuthorities } from '../trust/index.ts';

const populationCheckOf = (config: Config, citizens: PopulationRegister, clock: Clock): PopulationCheck => {
  if (config.population.adapter === 'file') {
    return openFilePopulationCheck([citizens, readPopulation(join(config.sample.dir, 'newcomers.csv'))]);
  }
  if (config.population.adapter === 'none') return noPopulation;
  const { url, tokenFile } = config.population;
  return openHttpPopulationCheck({
    url: url!,
    ...(tokenFile ? { tokenFile } : {}),
    circuit: createCircuit({ clock }),
  });
};

const certificatesOf = ({ digitalCertificates }: Config, clock: Clock): CertificateCheck | undefined => {
  if (digitalCertificates === undefined) return undefined;
  const { authoritiesFile, numberAttribute, revocation } = digitalCertificates;
  const { url, tokenFile } = revocation;
  const ask = createAskRegister({ url, clock, ...(tokenFile ? { tokenFile } : {}) });
  const authorities = readAuthorities(authoritiesFile);
  return createCertificateCheck({ authorities, numberAttribute, isRevoked: openHttpRevocation(ask), clock });
};

export const composeRegistration = (deps: {
  config: Config;
  storage: Storage;
  accounts: Accounts;
  audit: Audit;
  clock: Clock;
  logger: Logger;
  citizens: PopulationRegister;
  /** Shared with the sign-in: one phone has one budget. */
  counterKey: Uint8Array;
  nonceSecret: Uint8Array;
  sms: SmsGateway | undefined;
}): Registration => {
  const { config, storage, clock, counterKey, logger } = deps;
  const { ephemeral } = storage;
  const certificates = certificatesOf(config, clock);
  const budget = createGuessBudget({ ephemeral, clock, counterKey });
  return createRegistration({
    storage,
    clock,
    accounts: deps.accounts,
    audit: deps.audit,
    budget,
    codes: createSmsCodes({
      gateway: deps.sms ?? noSms,
      ephemeral,
      budget,
      prefixes: config.sms.prefixes,
      onFailure: (error) => logger.error({ err: error }, 'text message not sent'),
    }),
    population: populationCheckOf(config, deps.citizens, clock),
    ...(config.face.adapter === 'sample' ? { face: createSampleFaceCheck(ephemeral) } : {}),
    ...(certificates ? { certificates } : {}),
    secret: createHmac('sha256', deps.nonceSecret).update('registration').digest(),
    baseUrl: config.baseUrl,
  });
};
