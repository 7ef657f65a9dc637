/** What the population register says later about a person who has an account. Each may be said again: it changes nothing. */
import type { Audit } from '../audit/index.ts';
import { type Clock, seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import {
  canonicalDocumentKind,
  checkDocument,
  normaliseDocumentNumber,
  normaliseName,
} from '../identifiers/index.ts';
import { AlreadyExists, type Collection, Conflict, type Versioned } from '../storage/index.ts';
import type { Account, Accounts } from './index.ts';

const attempts = 20;

export const createAccountChanges = (deps: {
  accounts: Collection<Account>;
  clock: Clock;
  audit: Audit | undefined;
}): Pick<Accounts, 'recordDeath' | 'rename' | 'changeDocument'> => {
  const { accounts, audit, clock } = deps;

  /** `step` answers undefined when it is so already. */
  const change = async (
    id: string,
    how: { action: string; actor: string; fields: string[]; details?: Record<string, string> },
    step: (present: Account) => Partial<Account> | undefined,
  ): Promise<Account> => {
    for (let attempt = 1; ; attempt += 1) {
      const present: Versioned<Account> | undefined = await accounts.get(id);
      if (present === undefined) throw new ServiceError('not_found');
      const next = step(present);
      if (next === undefined) return present;
      try {
        const changed = await accounts.replace({ ...present, ...next });
        await audit?.append({ ...how, subject: id, result: 'ok' });
        return changed;
      } catch (error) {
        if (error instanceof AlreadyExists) throw new ServiceError('account_exists');
        if (!(error instanceof Conflict) || attempt === attempts) throw error;
      }
    }
  };

  return {
    recordDeath: (id, actor) =>
      change(
        id,
        { action: 'account.closed', actor, fields: ['state'], details: { reason: 'death' } },
        ({ state }) =>
          state === 'closed'
            ? undefined
            : { state: 'closed', closedReason: 'death', closedAt: seconds(clock) },
      ),
    rename: (id, name, actor) =>
      change(id, { action: 'account.renamed', actor, fields: ['name'] }, (present) =>
        present.name === normaliseName(name) ? undefined : { name: normaliseName(name) },
      ),
    async changeDocument(id, document, actor) {
      const documentKind = canonicalDocumentKind(document.kind);
      const documentNumber = normaliseDocumentNumber(document.number);
      if (documentKind === undefined || !checkDocument(documentKind, documentNumber).ok) {
        throw new ServiceError('invalid_request', { detail: 'fields: documentKind, documentNumber' });
      }
      const fields = ['documentKind', 'documentNumber'];
      return change(id, { action: 'account.document_changed', actor, fields }, (present) =>
        present.documentKind === documentKind && present.documentNumber === documentNumber
          ? undefined
          : {
              documentKind,
              documentNumber,
              formerDocuments: [
                ...(present.formerDocuments ?? []),
                { kind: present.documentKind, number: present.documentNumber },
              ],
            },
      );
    },
  };
};
