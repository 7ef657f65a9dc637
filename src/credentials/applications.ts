/**
 * What waits for a department's word before it is issued: types whose file says `issuing: approval`. An application is
 * for one row of the register; once it is approved the certificate may be recorded, and then it is issued like any other.
 */
import type { Audit } from '../audit/index.ts';
import { type Clock, seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { AlreadyExists, type Collection, Conflict, type Storage, type Versioned } from '../storage/index.ts';
import { slotOf } from './credential-store.ts';
import type { Holder } from './holder.ts';
import type { ActContext } from './index.ts';
import { opaqueId } from './opaque-id.ts';

const openSeconds = 30 * 86_400;

export interface Application {
  /** `ca_` + 22 characters */
  id: string;
  holder: string;
  type: string;
  /** The department that decides. */
  issuer: string;
  /** Which row it is about; sealed. */
  registerKey: string;
  state: 'open' | 'approved' | 'declined';
  /** Unix seconds. */
  createdAt: number;
  /** Nobody decided until then: it is over. */
  expiresAt: number;
  decidedBy?: string;
  decidedAt?: number;
  /** Why it was declined: a code. */
  decidedReason?: string;
}

/** How it stands, with the one that nobody decided in time told from the others. */
export type Standing = Application['state'] | 'lapsed';

export interface Applications {
  /** The one that is open for that row, or a new one. */
  file(input: {
    account: Holder;
    type: string;
    issuer: string;
    registerKey: string;
    context: ActContext;
  }): Promise<Application>;
  get(id: string): Promise<Application | undefined>;
  standing(application: Application): Standing;
  isApproved(row: Pick<Application, 'holder' | 'type' | 'registerKey'>): Promise<boolean>;
  /** What waits for these departments, oldest first. */
  openOf(issuers: readonly string[]): Promise<Application[]>;
  /** Throws not_found, proposal_ended. Of parallel words one counts. */
  decide(input: {
    id: string;
    to: 'approved' | 'declined';
    by: string;
    /** A code; the applicant reads it in her log. */
    reason?: string;
    requestId?: string;
  }): Promise<Application>;
}

const slot = ({ holder, type, registerKey }: Application): string => slotOf(holder, type, registerKey);

/** Declares its collection: call before `storage.prepare()`. */
export const createApplications = (deps: { storage: Storage; audit: Audit; clock: Clock }): Applications => {
  const { audit, clock } = deps;
  const store: Collection<Application> = deps.storage.collection<Application>({
    name: 'certificate_applications',
    schemaVersion: 1,
    indexes: ['issuer', 'holder'],
    owner: 'holder',
    sealed: ['registerKey'],
    keyed: {
      slot: { value: slot },
      // One at a time for a row.
      open: { unique: true, value: (one) => (one.state === 'open' ? slot(one) : undefined) },
    },
  });
  const standing = (one: Application): Standing =>
    one.state === 'open' && seconds(clock) >= one.expiresAt ? 'lapsed' : one.state;
  const shown = ({ ver: _ver, ...one }: Versioned<Application>): Application => one;

  const put = async (one: Versioned<Application>, change: Partial<Application>): Promise<Application> => {
    try {
      return shown(await store.replace({ ...one, ...change }));
    } catch (error) {
      if (error instanceof Conflict) throw new ServiceError('proposal_ended');
      throw error;
    }
  };

  return {
    standing,
    async file({ account, type, issuer, registerKey, context }) {
      const row = slotOf(account.id, type, registerKey);
      const [known] = await store.findKeyed('open', row);
      if (known && standing(known) === 'open') return shown(known);
      // It lapsed, and makes room for the next.
      if (known) await put(known, { state: 'declined' });
      const createdAt = seconds(clock);
      const id = opaqueId('ca');
      try {
        const filed = await store.insert({
          id,
          holder: account.id,
          type,
          issuer,
          registerKey,
          state: 'open',
          createdAt,
          expiresAt: createdAt + openSeconds,
        });
        await audit.append({
          action: 'certificate.applied_for',
          actor: context.actor,
          subject: account.id,
          object: id,
          result: 'ok',
          details: { type },
          requestId: context.requestId,
        });
        return shown(filed);
      } catch (error) {
        const [other] = error instanceof AlreadyExists ? await store.findKeyed('open', row) : [];
        if (!other) throw error;
        return shown(other);
      }
    },
    async get(id) {
      const found = await store.get(id);
      return found && shown(found);
    },
    async isApproved({ holder, type, registerKey }) {
      const found = await store.findKeyed('slot', slotOf(holder, type, registerKey), { limit: 500 });
      return found.some(({ state }) => state === 'approved');
    },
    async openOf(issuers) {
      const found: Application[] = [];
      for (const issuer of issuers) {
        for (let after: string | undefined; ; ) {
          const page = await store.find('issuer', issuer, { after, limit: 500 });
          found.push(...page.filter((one) => standing(one) === 'open').map(shown));
          if (page.length < 500) break;
          after = page.at(-1)!.id;
        }
      }
      return found.sort((a, b) => a.createdAt - b.createdAt);
    },
    async decide({ id, to, by, reason, requestId }) {
      const one = await store.get(id);
      if (!one) throw new ServiceError('not_found');
      if (standing(one) !== 'open') throw new ServiceError('proposal_ended');
      const decided = await put(one, {
        state: to,
        decidedBy: by,
        decidedAt: seconds(clock),
        ...(reason === undefined ? {} : { decidedReason: reason }),
      });
      await audit.append({
        action: to === 'approved' ? 'certificate.application_approved' : 'certificate.application_declined',
        actor: `account:${by}`,
        subject: one.holder,
        object: id,
        result: to === 'approved' ? 'ok' : 'refused',
        details: { type: one.type, ...(reason === undefined ? {} : { reason }) },
        requestId,
      });
      return decided;
    },
  };
};
