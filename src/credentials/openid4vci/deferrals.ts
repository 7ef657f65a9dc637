/**
 * Deferred issuing (OpenID4VCI 1.0 §9): the wallet's request, kept until the department has decided on the application
 * behind it. What is kept are the keys whose possession was proved, and for whom; nothing is signed before the approval.
 */
import { randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
import { errors } from 'oidc-provider';
import { type Clock, seconds } from '../../clock.ts';
import type { Collection, Storage } from '../../storage/index.ts';
import type { Holders } from '../holder.ts';
import type { Credentials, Enrolment } from '../index.ts';
import { type Asked, handOver } from './hand-over.ts';
import { asProtocolError } from './protocol-errors.ts';

const intervalSeconds = 60;
const keptSeconds = 60 * 86_400;
const oneAtATimeSeconds = 60;

interface Transaction {
  /** `ti_` + 22 characters */
  id: string;
  application: string;
  holder: string;
  /** Account of who asked for an enterprise: nobody else of it gets what is bound to her keys. */
  presenter?: string;
  client: string;
  configurationId: string;
  deviceKeys: JWK[];
  enrolment?: Enrolment;
  /** Unix seconds. */
  expiresAt: number;
}

/** The answer for now. */
export interface Deferred {
  transaction_id: string;
  /** Seconds. */
  interval: number;
}

export interface Deferrals {
  begin(asked: Asked): Promise<Deferred>;
  /** Throws invalid_transaction_id for one that is not this wallet's and person's, credential_request_denied. */
  collect(by: {
    transactionId: string;
    account: string;
    capacity: string;
    client: string;
    requestId?: string;
  }): Promise<Deferred | Awaited<ReturnType<typeof handOver>>>;
}

const unknown = () =>
  new errors.CustomOIDCProviderError('invalid_transaction_id', 'the transaction_id is unknown or used up');

/** Declares its collection: call before `storage.prepare()`. */
export const createDeferrals = (deps: {
  storage: Storage;
  holders: Holders;
  credentials: Credentials;
  clock: Clock;
}): Deferrals => {
  const { credentials, clock } = deps;
  const { ephemeral } = deps.storage;
  const store: Collection<Transaction> = deps.storage.collection<Transaction>({
    name: 'deferred_credentials',
    schemaVersion: 1,
    indexes: ['holder'],
    expiresAt: 'expiresAt',
  });
  const later = ({ id }: Transaction): Deferred => ({ transaction_id: id, interval: intervalSeconds });
  return {
    async begin({ account, presenter, client, configurationId, deviceKeys, enrolment, requestId }) {
      const { type } = credentials.configurations()[configurationId]!;
      const context = { actor: `client:${client}`, ...(requestId === undefined ? {} : { requestId }) };
      const application = await credentials.applyFor(account, type, context);
      return later(
        await store.insert({
          id: `ti_${randomBytes(16).toString('base64url')}`,
          application: application.id,
          holder: account.id,
          ...(presenter ? { presenter: presenter.account } : {}),
          client,
          configurationId,
          deviceKeys,
          ...(enrolment ? { enrolment } : {}),
          expiresAt: seconds(clock) + keptSeconds,
        }),
      );
    },
    async collect({ transactionId, account: accountId, capacity, client, requestId }) {
      const transaction = await store.get(transactionId);
      const acting = await deps.holders.acting(accountId, capacity);
      const { holder: account, presenter } = acting ?? {};
      if (!account || transaction?.holder !== account.id || transaction.client !== client) throw unknown();
      if (transaction.presenter !== presenter?.account) throw unknown();
      const application = await credentials.applications.get(transaction.application);
      if (!application) throw unknown();
      const standing = credentials.applications.standing(application);
      if (standing === 'open') return later(transaction);
      if (standing !== 'approved')
        throw new errors.CredentialRequestDenied('the department did not approve the certificate');
      // A process that dies while it signs lets go after a minute, and the wallet's next request begins again.
      const lock = `deferred:${transactionId}`;
      if (!(await ephemeral.setIfAbsent(lock, '1', oneAtATimeSeconds))) return later(transaction);
      try {
        // Another request may have been answered between the look and the lock.
        if (!(await store.get(transactionId))) throw unknown();
        const { configurationId, deviceKeys, enrolment } = transaction;
        // Her power of today may be another one than that she asked under.
        const type = credentials.configurations()[configurationId]?.type;
        if (!type || !acting?.mayHave(type)) throw unknown();
        const handed = await handOver(deps, {
          account,
          presenter,
          client,
          configurationId,
          deviceKeys,
          enrolment,
          requestId,
        });
        await store.delete(transactionId);
        return handed;
      } catch (error) {
        throw asProtocolError(error);
      } finally {
        await ephemeral.delete(lock);
      }
    },
  };
};
