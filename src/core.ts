/**
 * Composition root: the only file that picks storage and key back ends. `openCore` wires the features that the server
 * and the command line share; nothing listens yet.
 */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Account,
  type Accounts,
  createAccounts,
  joinCapacitySources,
  type Outbox,
  officeCardScope,
  type Recoveries,
} from './accounts/index.ts';
import { type Admin, createAdmin } from './admin/index.ts';
import { type Audit, createAudit } from './audit/index.ts';
import { type Clock, systemClock } from './clock.ts';
import { type AppRegistry, composeAppRecords } from './compose/app-records.ts';
import { describeScope, ensureOwnApps, walletClientId } from './compose/apps.ts';
import { checkBelonging } from './compose/belonging.ts';
import { composeCounters } from './compose/counters.ts';
import { composeDevelopers } from './compose/developers.ts';
import { keyringOf, storageOf } from './compose/engines.ts';
import { composeEnterprises } from './compose/enterprises.ts';
import { composeFamilies, type FamilyFeatures } from './compose/families.ts';
import { composeHolderDesk, type HolderDesk } from './compose/holder-desk.ts';
import { composeHolders, createItemsOf, endWithPower } from './compose/holders.ts';
import { openOutgoing } from './compose/outgoing.ts';
import { itemsDir, rootFile } from './compose/paths.ts';
import { composePersonalData, type PersonalData } from './compose/personal-data.ts';
import { composePresentations, type PresentationFeatures } from './compose/presentations.ts';
import { registersOf } from './compose/registers.ts';
import { composeRegistration } from './compose/registration.ts';
import {
  makesOwnKeys,
  namesOf,
  outboxOf,
  registrationOf,
  registrationTokenWriter,
  sandboxClientOf,
} from './compose/sandbox.ts';
import type { Config } from './config.ts';
import type { Counters } from './counters/index.ts';
import {
  type Batches,
  type Catalogue,
  type CredentialIssuer,
  type Credentials,
  createBatches,
  createCredentialIssuer,
  createCredentials,
  type Holders,
  type OfferService,
  populationOf,
  type Registers,
  readCatalogue,
  readPopulation,
  readSamplePeople,
  type SamplePerson,
} from './credentials/index.ts';
import { developerScope } from './developers/apps/index.ts';
import type { DeveloperDeps } from './developers/index.ts';
import { type Enterprises, enterpriseScope, loadSampleEnterprises } from './enterprises/index.ts';
import { type Items, itemScopes, readItems } from './items/index.ts';
import { ensureDevelopmentKeys, type Keyring } from './keyring/index.ts';
import type { Logger } from './log.ts';
import { createOfficials, type Officials, officeScope } from './officials/index.ts';
import { type Apps, createOidc, type Features, type Oidc, openPlaces } from './oidc/index.ts';
import { openCaseStore, type PortalDeps } from './portal/index.ts';
import { claimExists, type Registration } from './registration/index.ts';
import { type LoadedPerson, loadSampleOrganisation, loadSampleProvince } from './sample/index.ts';
import type { SandboxClient } from './sandbox/index.ts';
import type { Storage } from './storage/index.ts';
import { createLegacyIds, createTickets, type LegacyIds, type Tickets } from './tickets/index.ts';
import { createTrust, recordKeyChanges, type Trust } from './trust/index.ts';

export interface Core extends FamilyFeatures, AppRegistry, HolderDesk, PresentationFeatures {
  config: Config;
  clock: Clock;
  logger: Logger;
  storage: Storage;
  keyring: Keyring;
  audit: Audit;
  trust: Trust;
  accounts: Accounts;
  recoveries: Recoveries;
  /** Messages that were not sent: the sample adapter of development. */
  smsOutbox: Outbox | undefined;
  catalogue: Catalogue;
  items: Items;
  registers: Registers;
  credentials: Credentials;
  holders: Holders;
  batches: Batches;
  enterprises: Enterprises;
  officials: Officials;
  offers: OfferService;
  credentialIssuer: CredentialIssuer;
  registration: Registration;
  admin: Admin;
  oidc: Oidc;
  apps: Apps;
  cases: PortalDeps['cases'];
  counters: Counters;
  personalData: PersonalData;
  developers: DeveloperDeps;
  tickets: Tickets;
  legacyIds: LegacyIds;
  /** Scopes an app of somebody else may be given: all but the wallet's own. */
  appScopes: string[];
  /** Where developers try their apps first; absent where the province has no sandbox. */
  sandbox: SandboxClient | undefined;
  /** In the sandbox: a new token for the province's portal, in place of the one before. */
  writeRegistrationToken: (() => Promise<void>) | undefined;
  /** The named people of the sample province; empty without it. */
  people: SamplePerson[];
  /** Set when this start loaded the sample province: the passwords to print once. */
  loaded: LoadedPerson[] | undefined;
  /** The account of a named sample person, by the short id of people.yaml. */
  samplePerson(id: string): Promise<Account | undefined>;
  close(): Promise<void>;
}

export interface OpenOptions {
  logger: Logger;
  clock?: Clock;
  /** SQLite: 100 ms in the server, longer in the command line. */
  busyTimeoutMs?: number;
}

export { certifiedUses } from './compose/document-signers.ts';
export { keyringOf, storageOf } from './compose/engines.ts';
export { itemsDir, rootFile } from './compose/paths.ts';
export { watchdogOf } from './compose/watchdog.ts';

/** Opens store, keys and features. Nothing listens; the caller closes. */
export const openCore = async (config: Config, options: OpenOptions): Promise<Core> => {
  const { logger, clock = systemClock, busyTimeoutMs = 100 } = options;
  const { baseUrl } = config;
  const { province, issuers } = namesOf(config);
  const issuerIds = issuers.map(({ id }) => id);
  const catalogue = readCatalogue(config.certificatesDir, { issuers: issuerIds });
  const items = readItems(itemsDir(config), { catalogue, units: new Set(issuerIds) });
  const population = config.sample.enabled
    ? readPopulation(join(config.sample.dir, 'citizens.csv'))
    : populationOf([]);
  const people = config.sample.enabled ? readSamplePeople(join(config.sample.dir, 'people.yaml')) : [];
  const registers = await registersOf(config, { catalogue, population, clock });
  const keyring = await keyringOf(config, clock, makesOwnKeys(config));
  const storage = await storageOf(config, keyring, clock, busyTimeoutMs);
  try {
    await checkBelonging(storage, keyring, config);
    if (makesOwnKeys(config)) await ensureDevelopmentKeys(keyring, issuerIds);
    const { nonceSecret } = keyring.secrets;
    const audit = createAudit({
      storage,
      keyring,
      clock,
      outsideFile: config.audit.outsideFile,
      strict: config.mode !== 'production',
    });
    const trust = createTrust({ keyring, storage, clock, baseUrl, issuers, province });
    const counterKey = createHmac('sha256', nonceSecret).update('sign-in counters').digest();
    const smsOutbox = outboxOf(config, { ephemeral: storage.ephemeral, clock });
    const accounts = createAccounts({
      storage,
      clock,
      counterKey,
      audit,
      onSmsFailure: (error) => logger.error({ err: error }, 'text message not sent'),
      ...(smsOutbox ? { sms: smsOutbox } : {}),
      smsPrefixes: config.sms.prefixes,
    });
    const officials = createOfficials({
      storage,
      accounts,
      audit,
      clock,
      endOfficeSessions: async (accountId) => {
        await oidc.endOfficeSessions(accountId);
        await credentials.endPresentersWithout(desk.stands, accountId);
      },
    });
    const credentials = createCredentials({
      storage,
      keyring,
      trust,
      audit,
      catalogue,
      registers,
      clock,
      baseUrl,
      x5c: config.credentials.x5c,
    });
    const enterprises = composeEnterprises(config, { storage, clock, accounts, audit, items });
    const registration = composeRegistration({
      config,
      storage,
      accounts,
      audit,
      clock,
      logger,
      citizens: population,
      counterKey,
      nonceSecret,
      sms: smsOutbox,
    });
    const { face } = registration.pages;
    const recoveries = accounts.openRecoveries({
      baseUrl,
      endAllOf: (accountId) => oidc.endAllOf(accountId),
      ...(face ? { face } : {}),
    });
    const holders = composeHolders({ accounts, catalogue, enterprises, items, officials });
    const given = { storage, audit, catalogue, clock, credentials, holders, keyring, registers };
    const batches = createBatches(given);
    const credentialIssuer = createCredentialIssuer({
      storage,
      keyring,
      credentials,
      catalogue,
      holders,
      audit,
      clock,
      baseUrl,
      nonceSecret,
      province,
      trust,
      ...config.credentials,
    });
    const { offers } = credentialIssuer;
    const cases = openCaseStore(storage);
    const certificateScopes = catalogue.types().map(({ id }) => id);
    const ownItemScopes = itemScopes(items);
    const legacyIds = createLegacyIds({ storage, accounts, audit, clock });
    const outgoing = openOutgoing(config);
    const peopleScopes = ['openid', 'profile', 'phone', 'document', 'offline_access'];
    const appScopes = [...peopleScopes, ...certificateScopes, ...ownItemScopes];
    const oidc = createOidc({
      baseUrl,
      storage,
      keyring,
      accounts,
      audit,
      clock,
      logger,
      mode: config.mode,
      outgoing,
      kind: config.kind,
      trustedProxies: config.trustedProxies,
      extraFeatures: credentialIssuer.features as unknown as Features,
      extraScopes: [
        'wallet',
        developerScope,
        officeScope,
        officeCardScope,
        enterpriseScope,
        ...certificateScopes,
        ...ownItemScopes,
      ],
      // A service item is a department's work; a wallet, an office or a certificate is nobody's to pass on.
      exchangeScopes: ownItemScopes,
      describeScope: (scope) => describeScope(scope, catalogue, items),
      registration: registrationOf(config, appScopes),
      capacities: joinCapacitySources(enterprises.capacities, officials.capacities),
      itemsOf: createItemsOf({ catalogue, items }),
      selfFirstApps: [walletClientId],
      claimExists,
      appClaims: legacyIds.claimsOf,
      placeOf: openPlaces(config.placesFile),
      install: credentialIssuer.install,
    });
    const tickets = createTickets({
      storage,
      desk: oidc.tickets,
      apps: oidc.apps,
      audit,
      clock,
      secret: nonceSecret,
    });
    endWithPower({ enterprises, oidc, credentials, logger });
    const sandbox = sandboxClientOf(config);
    const features = {
      accounts,
      audit,
      catalogue,
      clock,
      config,
      credentials,
      enterprises,
      logger,
      nonceSecret,
      officials,
      oidc,
      registration,
      storage,
    };
    const family = composeFamilies(features);
    const appRecords = () => registry.appRecords;
    const desk = composeHolderDesk({ ...features, ...family, holders, items, appRecords });
    const counters = composeCounters({ ...features, cases, items });
    const admin = createAdmin({
      ...features,
      counters,
      ...desk,
      batches,
      cases,
      holders,
      items,
      baseUrl,
      offers,
      recoveries,
      registers,
    });
    const registry = composeAppRecords({ ...features, items, appScopes, sandbox, fetch: outgoing.fetch });
    const personalData = composePersonalData({
      ...features,
      ...family,
      ...registry,
      cases,
      counters,
      legacyIds,
      ...desk,
      recoveries,
    });
    const parts = { ...given, ...features, ...registry, counters, items, trust };
    const asking = composePresentations(parts, outgoing.fetch);
    await storage.prepare();
    await recordKeyChanges(keyring, trust, audit);
    await ensureOwnApps(oidc.apps, baseUrl, certificateScopes);
    writeFileSync(rootFile(config), `${JSON.stringify(trust.rootPublicJwk(), null, 2)}\n`);
    const loaded = config.sample.enabled
      ? await loadSampleProvince({
          storage,
          accounts,
          population,
          sampleDir: config.sample.dir,
          dataDir: config.dataDir,
        })
      : undefined;
    if (config.sample.enabled) {
      await loadSampleOrganisation({ officials, accounts, storage, sampleDir: config.sample.dir });
      const file = join(config.sample.dir, 'enterprise-staff.yaml');
      await loadSampleEnterprises({ storage, accounts, enterprises, clock, file });
    }
    return {
      config,
      clock,
      logger,
      storage,
      keyring,
      audit,
      trust,
      accounts,
      recoveries,
      smsOutbox,
      catalogue,
      items,
      registers,
      credentials,
      holders,
      batches,
      enterprises,
      officials,
      offers,
      credentialIssuer,
      registration,
      ...family,
      admin,
      oidc,
      cases,
      counters,
      ...desk,
      personalData,
      ...asking,
      tickets,
      legacyIds,
      people,
      loaded,
      apps: oidc.apps,
      ...registry,
      appScopes,
      developers: composeDevelopers({ ...features, items, appScopes, keyring, sandbox }),
      sandbox,
      writeRegistrationToken: registrationTokenWriter(config, oidc),
      async samplePerson(id) {
        const person = people.find((candidate) => candidate.id === id);
        return person && accounts.findByDocument(person.document.kind, person.document.number);
      },
      close: () => storage.close(),
    };
  } catch (error) {
    await storage.close();
    throw error;
  }
};
