/** Part of the composition root: the developers' registry of apps, out of the other features. */
import { createHmac } from 'node:crypto';
import { type Accounts, joinCapacitySources } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Catalogue } from '../credentials/index.ts';
import { type AppRecords, type AppRecordsDeps, createAppRecords } from '../developers/apps/index.ts';
import type { Enterprises } from '../enterprises/index.ts';
import type { Items } from '../items/index.ts';
import type { Logger } from '../log.ts';
import { createMailOutbox, type MailGateway, type MailOutbox, noMail, openHttpMail } from '../mail/index.ts';
import type { Officials } from '../officials/index.ts';
import type { Oidc } from '../oidc/index.ts';
import type { Storage } from '../storage/index.ts';

/** What the registry and its mails give to the core. */
export interface AppRegistry {
  appRecords: AppRecords;
  mail: MailGateway;
  /** Mails that were not sent: the sample adapter of development. */
  mailOutbox: MailOutbox | undefined;
}

const openMail = (
  { mail }: Config,
  deps: { storage: Storage; clock: Clock },
): Omit<AppRegistry, 'appRecords'> => {
  const { ephemeral } = deps.storage;
  const mailOutbox =
    mail.adapter === 'outbox' ? createMailOutbox({ ephemeral, clock: deps.clock }) : undefined;
  const { url, tokenFile } = mail;
  const http = mail.adapter === 'http' && openHttpMail({ url: url!, ...(tokenFile ? { tokenFile } : {}) });
  return { mailOutbox, mail: mailOutbox ?? (http || noMail) };
};

/** Declares a collection: call before `storage.prepare()`. */
export const composeAppRecords = (deps: {
  config: Config;
  storage: Storage;
  accounts: Accounts;
  audit: Audit;
  catalogue: Catalogue;
  clock: Clock;
  enterprises: Enterprises;
  items: Items;
  logger: Logger;
  nonceSecret: Uint8Array;
  officials: Officials;
  oidc: Pick<Oidc, 'apps' | 'lastSignIn'>;
  appScopes: readonly string[];
  sandbox: AppRecordsDeps['sandbox'];
  fetch: AppRecordsDeps['fetch'];
}): AppRegistry => {
  const { config, enterprises, officials, oidc, logger, sandbox, nonceSecret, appScopes, ...rest } = deps;
  const mails = openMail(config, deps);
  const appRecords = createAppRecords({
    ...rest,
    mail: mails.mail,
    apps: oidc.apps,
    lastSignIn: oidc.lastSignIn,
    baseUrl: config.baseUrl,
    secret: createHmac('sha256', nonceSecret).update('app records').digest(),
    ...(sandbox ? { sandbox } : {}),
    capacities: joinCapacitySources(enterprises.capacities, officials.capacities),
    knownScopes: new Set(appScopes),
    async ownerFacts({ kind, id }) {
      if (kind === 'unit') {
        const unit = (await officials.tree.current()).unit(id);
        return unit && { kind, id, name: unit.name, region: unit.region };
      }
      const firm = await enterprises.find(id);
      return firm && { kind, id, name: { zh: firm.name, en: firm.name }, region: firm.region };
    },
    mayReview: (office, { kind, id, region }) =>
      officials.mayAct(office, 'app_reviewer', kind === 'unit' ? { unit: id } : { region }),
    async unitNames() {
      const { units } = await officials.tree.current();
      return units.map(({ id, name }) => ({ owner: `unit:${id}`, names: [name.zh, name.en] }));
    },
    onFailure: (error) => logger.error({ err: error }, 'app registry: something was not carried out'),
  });
  return { ...mails, appRecords };
};
