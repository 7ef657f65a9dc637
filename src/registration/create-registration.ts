import { createHmac } from 'node:crypto';
import type { Account, Accounts } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Storage } from '../storage/index.ts';
import type { CertificateCheck } from './certificate-check.ts';
import type { Budget, PhoneCodes, RegistrationContext } from './context.ts';
import type { FaceCheck } from './face-check.ts';
import { createJourneys } from './journey.ts';
import { type OfficerOpening, openByOfficer } from './open-by-officer.ts';
import type { PopulationCheck } from './population-check.ts';
import { beginFaceCheck, raiseByFace, raiseByOfficer } from './raise-level.ts';
import { type GivenConsent, givenConsentSpec, openingSpec, startCodeSpec } from './registration-store.ts';
import { makeStartCode, type StartSlip } from './start-codes.ts';
import type { OpeningDeps } from './steps/opening-request.ts';
import { withdrawConsent } from './withdraw-consent.ts';

export interface RegistrationDeps {
  storage: Storage;
  clock: Clock;
  accounts: Accounts;
  audit: Audit;
  budget: Budget;
  codes: PhoneCodes;
  population: PopulationCheck;
  face?: FaceCheck;
  certificates?: CertificateCheck;
  /** 32 bytes shared by all processes: cookies, form tokens and hidden ids. */
  secret: Uint8Array;
  baseUrl: string;
}

export interface Registration {
  /** Throws invalid_request, identity_not_matched, account_exists, register_unavailable. */
  openByOfficer(input: OfficerOpening): Promise<{ account: Account; slip: StartSlip }>;
  /** Another slip for an account that was never started. */
  makeStartCode(accountId: string, officer: string): Promise<StartSlip>;
  beginFaceCheck(accountId: string): Promise<string>;
  raiseByFace(accountId: string, sessionId: string): ReturnType<typeof raiseByFace>;
  raiseByOfficer(accountId: string, officer: string): Promise<Account>;
  consentsOf(accountId: string): Promise<GivenConsent[]>;
  /** Throws not_found, and forbidden for the one that the account rests on. */
  withdrawConsent(input: { accountId: string; purpose: string; requestId?: string }): Promise<void>;
  /** Start codes nobody has used: her account closes. The consents stay as evidence, under a reference only. */
  closePerson(accountId: string): Promise<void>;
  /** What is really connected, for `onecert info`. */
  adapters(): { population: string; face: string; certificates: string };
  /** For the routes. */
  readonly pages: OpeningDeps & { secret: Uint8Array };
}

/** Declares its collections: create it before `storage.prepare()`. */
export const createRegistration = (deps: RegistrationDeps): Registration => {
  const { storage, secret, face, certificates, population } = deps;
  const context: RegistrationContext = {
    accounts: deps.accounts,
    openings: storage.collection(openingSpec),
    consents: storage.collection(givenConsentSpec),
    startCodes: storage.collection(startCodeSpec),
    ephemeral: storage.ephemeral,
    audit: deps.audit,
    clock: deps.clock,
    budget: deps.budget,
    codes: deps.codes,
    population,
    ...(face ? { face } : {}),
    ...(certificates ? { certificates } : {}),
    hide: (kind, value) => createHmac('sha256', secret).update(`${kind}|${value}`).digest('base64url'),
  };
  return {
    openByOfficer: (input) => openByOfficer(context, input),
    makeStartCode: (accountId, officer) => makeStartCode(context, accountId, officer),
    beginFaceCheck: (accountId) => beginFaceCheck(context, accountId),
    raiseByFace: (accountId, sessionId) => raiseByFace(context, accountId, sessionId),
    raiseByOfficer: (accountId, officer) => raiseByOfficer(context, accountId, officer),
    consentsOf: (accountId) => context.consents.find('account', accountId),
    withdrawConsent: (input) => withdrawConsent(context, input),
    async closePerson(accountId) {
      for (const { id } of await context.startCodes.find('account', accountId))
        await context.startCodes.delete(id);
    },
    adapters: () => ({
      population: population.adapter,
      face: face?.adapter ?? 'none',
      certificates: certificates ? 'http' : 'none',
    }),
    pages: {
      ...context,
      secret,
      baseUrl: deps.baseUrl,
      journeys: createJourneys({ ephemeral: storage.ephemeral, secret }),
    },
  };
};
