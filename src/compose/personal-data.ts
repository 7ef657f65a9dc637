/** Part of the composition root: what every feature keeps of a person, for her export and for the end of her account. */
import type { Accounts, Recoveries } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Counters } from '../counters/index.ts';
import type { Credentials } from '../credentials/index.ts';
import type { AppRecords } from '../developers/apps/index.ts';
import type { Enterprises } from '../enterprises/index.ts';
import { ServiceError } from '../errors.ts';
import type { Families, LinkView } from '../families/index.ts';
import type { Objections } from '../objections/index.ts';
import { isAdministratorRole, type Officials } from '../officials/index.ts';
import type { Oidc } from '../oidc/index.ts';
import {
  type ClosingStep,
  type Closings,
  createClosings,
  createExport,
  type ExportOfData,
  type ExportSection,
} from '../personal-data/index.ts';
import type { Case } from '../portal/index.ts';
import type { Registration } from '../registration/index.ts';
import type { Collection, Storage } from '../storage/index.ts';
import type { LegacyIds } from '../tickets/index.ts';
import type { UseLog } from '../use-log/index.ts';

export interface PersonalData {
  closings: Closings;
  /** All of a person's data. Show it to nobody but her, after a fresh strong sign-in. */
  exportData(accountId: string, context: { actor: string; requestId?: string }): Promise<ExportOfData>;
}

interface Deps {
  storage: Storage;
  clock: Clock;
  accounts: Accounts;
  appRecords: AppRecords;
  audit: Audit;
  cases: Collection<Case>;
  counters: Counters;
  credentials: Credentials;
  enterprises: Enterprises;
  legacyIds: LegacyIds;
  families: Families;
  officials: Officials;
  objections: Objections;
  oidc: Oidc;
  recoveries: Recoveries;
  registration: Registration;
  useLog: UseLog;
}

const dateTime = (unixSeconds: number | undefined): string | undefined =>
  unixSeconds === undefined ? undefined : new Date(unixSeconds * 1000).toISOString();

/**
 * First what could still act, then what it acted with. The certificates last, when nobody is left who could add one; after
 * them only the data key goes.
 */
const stepsOf = (deps: Deps): ClosingStep[] => {
  const { counters, credentials, enterprises, families, officials, oidc, recoveries, registration } = deps;
  return [
    {
      async end(accountId) {
        await oidc.endAllOf(accountId);
        const apps = new Set((await oidc.consents.of(accountId)).map(({ client }) => client));
        for (const client of apps) await oidc.consents.withdraw(accountId, client);
      },
    },
    { end: (accountId) => recoveries.closePerson(accountId) },
    { end: (accountId) => registration.closePerson(accountId) },
    { end: (accountId) => counters.closePerson(accountId) },
    { end: (accountId, context) => deps.objections.closePerson(accountId, context) },
    { end: (accountId) => deps.useLog.closePerson(accountId) },
    { end: (accountId, { actor }) => families.endAllOf(accountId, 'account_closed', actor) },
    { end: (accountId, { actor }) => enterprises.closePerson(accountId, actor) },
    {
      // An administrator resigns with another's consent; her account cannot be a way round it.
      async check(accountId) {
        const posts = await officials.posts.of(accountId);
        if (posts.some(({ state, roles }) => state === 'active' && roles.some(isAdministratorRole)))
          throw new ServiceError('second_person_needed');
      },
      end: (account, context) => officials.posts.leave({ account, reason: 'account_closed', context }),
    },
    { end: (accountId, context) => credentials.closeHolder(accountId, context) },
  ];
};

/** Of a link what it allows and when it stood; who the other is, is that person's. */
const linkOf = (link: LinkView) => ({
  id: link.id,
  kind: link.kind,
  state: link.state,
  basis: link.basis,
  created_at: dateTime(link.created_at),
  started_at: dateTime(link.started_at),
  until: dateTime(link.until),
  kept: link.kept,
  ended_at: dateTime(link.ended_at),
  end_reason: link.end_reason,
});

const sectionsOf = (deps: Deps): Record<string, ExportSection> => ({
  authenticators: async ({ id }) =>
    (await deps.accounts.authenticators.of(id)).map(({ kind, label, createdAt, usedAt, left }) => ({
      kind,
      label,
      created_at: dateTime(createdAt),
      used_at: dateTime(usedAt),
      left,
    })),
  sessions: async ({ id }) =>
    (await deps.oidc.sessions.of(id)).map(({ device, methods, signedInAt, expiresAt, apps }) => ({
      device,
      methods,
      signed_in_at: dateTime(signedInAt),
      expires_at: dateTime(expiresAt),
      apps,
    })),
  app_consents: async ({ id }) =>
    (await deps.oidc.consents.of(id)).map(({ client, entity, scopes, givenAt }) => ({
      app: client,
      entity,
      scopes,
      given_at: dateTime(givenAt),
    })),
  processing_consents: async ({ id }) =>
    (await deps.registration.consentsOf(id)).map(({ purpose, textVersion, given, at, withdrawnAt }) => ({
      purpose,
      text_version: textVersion,
      given,
      at: dateTime(at),
      withdrawn_at: dateTime(withdrawnAt),
    })),
  waiting_password: async ({ id }) => ({ applies_at: dateTime(await deps.recoveries.waiting(id)) }),
  family: async ({ id }) => {
    const { acting, for_me } = await deps.families.of(id);
    return { acting: acting.map(linkOf), for_me: for_me.map(linkOf) };
  },
  enterprises: async ({ id }) => {
    const { posts, received, given } = await deps.enterprises.holdingsOf(id);
    const mandate = (one: (typeof received)[number]) => ({
      id: one.id,
      kind: one.kind,
      enterprise: one.enterprise,
      items: one.items,
      valid_from: dateTime(one.validFrom),
      valid_until: dateTime(one.validUntil),
      state: one.state,
      end_reason: one.endReason,
    });
    return {
      posts: posts.map(({ enterprise, role, since }) => ({
        enterprise: enterprise.id,
        name: enterprise.name,
        credit_code: enterprise.creditCode,
        role,
        since: dateTime(since),
      })),
      mandates_received: received.map(mandate),
      mandates_given: given.map(mandate),
    };
  },
  offices: async ({ id }) =>
    (await deps.officials.posts.of(id)).map(({ unit, roles, region, state }) => ({
      unit,
      roles,
      region,
      state,
    })),
  apps_maintained: async ({ id }) =>
    (await deps.appRecords.mine({ accountId: id })).map(({ id: app, name, owner, state }) => ({
      app,
      name,
      owner,
      state,
    })),
  certificates: async ({ id }) => {
    const copies = await deps.credentials.copiesOf(id);
    const certificates = await deps.credentials.list({ holder: id });
    const annotated = await deps.credentials.annotatedCopies.of(id);
    const described = certificates.map(async (certificate) => ({
      id: certificate.id,
      identifier: certificate.identifier,
      type: certificate.type,
      issuer: certificate.issuer,
      state: certificate.state,
      state_reason: certificate.stateReason,
      valid_from: dateTime(certificate.validFrom),
      valid_until: dateTime(certificate.validUntil),
      recorded_at: dateTime(certificate.createdAt),
      fields: certificate.fields,
      copies: copies
        .filter((copy) => copy.certificate === certificate.id)
        .map((copy) => ({
          format: copy.format,
          view: copy.view,
          device_key: copy.deviceKey,
          state: copy.state,
          issued_at: dateTime(copy.issuedAt),
          expires_at: dateTime(copy.expiresAt),
        })),
      annotated_copies: annotated
        .filter((copy) => copy.certificate === certificate.id)
        .map((copy) => ({
          number: copy.id,
          made_by: copy.maker.name,
          purpose: copy.purpose,
          case: copy.case,
          fields: copy.fields,
          made_at: dateTime(copy.madeAt),
          expires_at: dateTime(copy.expiresAt),
        })),
      deliveries: (await deps.credentials.deliveries.ofCertificate(certificate.id)).map((one) => ({
        wallet: one.client,
        copies: one.copies,
        delivered_at: dateTime(one.deliveredAt),
        event: one.event,
        event_at: dateTime(one.eventAt),
      })),
    }));
    return Promise.all(described);
  },
  cases: async ({ id }) =>
    (await deps.cases.find('applicant', id, { limit: 500 })).map((one) => ({
      number: one.id,
      item: one.item,
      app: one.client,
      certificate: one.certificate,
      state: one.state,
      created_at: dateTime(one.createdAt),
    })),
  objections: async ({ id }) =>
    (await deps.objections.of(id)).map((one) => ({
      id: one.id,
      kind: one.kind,
      certificate: one.certificate,
      field: one.field,
      asked_of: one.askedOf?.id,
      where: one.where,
      words: one.words,
      state: one.state,
      answer: one.answer,
      filed_at: dateTime(one.filedAt),
      answered_at: dateTime(one.answeredAt),
    })),
  old_app_ids: async ({ id }) =>
    (await deps.legacyIds.of(id)).map(({ clientId, legacyId, until }) => ({
      app: clientId,
      id: legacyId,
      until: dateTime(until),
    })),
  notices: async ({ id }) =>
    (await deps.accounts.authenticators.notices(id)).map(({ kind, at }) => ({ kind, at: dateTime(at) })),
});

/** Declares a collection: call before `storage.prepare()`. */
export const composePersonalData = (deps: Deps): PersonalData => ({
  closings: createClosings({ ...deps, steps: stepsOf(deps) }),
  exportData: createExport({ ...deps, sections: sectionsOf(deps) }),
});
