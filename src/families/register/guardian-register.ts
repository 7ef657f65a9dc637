/** Who is a child's guardian, as the population register says. A port. */
import { z } from 'zod';
import type { AskRegister } from '../../credentials/index.ts';
import { ServiceError } from '../../errors.ts';
import { canonicalDocumentKind, documentKey, normaliseDocumentNumber } from '../../identifiers/index.ts';

export interface PersonDocument {
  kind: string;
  number: string;
}

export interface GuardianRegister {
  /** What is really connected: `file (sample)`, `http`, `none`. */
  adapter: string;
  /** Documents of the child's guardians or parents; empty when it names nobody. Throws register_unavailable. */
  guardiansOf(child: PersonDocument): Promise<PersonDocument[]>;
}

/** Nothing is connected: the relation is recorded at the counter alone. */
export const noGuardianRegister: GuardianRegister = { adapter: 'none', guardiansOf: async () => [] };

export const canonical = ({ kind, number }: PersonDocument): PersonDocument => ({
  kind: canonicalDocumentKind(kind) ?? kind,
  number: normaliseDocumentNumber(number),
});

const documentSchema = z.object({ kind: z.string().max(10), number: z.string().max(40) });
const answerSchema = z.object({ holder: documentSchema, guardians: z.array(documentSchema).max(10) });

/**
 * `POST <url>/guardians` `{ holder: { kind, number } }` -> `{ holder, guardians: [{ kind, number }] }`. The holder comes
 * back so that an answer that belongs to another question is noticed.
 */
export const openHttpGuardianRegister = (ask: AskRegister): GuardianRegister => ({
  adapter: 'http',
  async guardiansOf(child) {
    const answer = await ask('guardians', { holder: child }, answerSchema);
    if (documentKey(canonical(answer.holder)) !== documentKey(canonical(child))) {
      throw new ServiceError('register_unavailable', { cause: new Error('an answer about another person') });
    }
    return answer.guardians.map(canonical);
  },
});
