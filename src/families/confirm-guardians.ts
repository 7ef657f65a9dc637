/** A court may take a guardian's right away: the register that gave it is asked again, once a day a link. */
import type { Account } from '../accounts/index.ts';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { documentKey } from '../identifiers/index.ts';
import { closeLink } from './close-link.ts';
import type { FamiliesContext } from './context.ts';
import { confirmingSeconds, type Family, type Link } from './family.ts';
import { changeFamily } from './family-store.ts';

/** Her document and those she had before: a register may be slower than the population's. */
const documentsOf = ({ documentKind: kind, documentNumber: number, formerDocuments = [] }: Account) => [
  { kind, number },
  ...formerDocuments,
];

const isDue = (link: Link, now: number): boolean =>
  link.state === 'active' &&
  link.kind === 'guardian' &&
  link.basis === 'register' &&
  link.keptAt === undefined &&
  (link.confirmedAt ?? link.startedAt ?? 0) + confirmingSeconds <= now;

const isGuardian = async (
  { guardians }: FamiliesContext,
  actor: Account,
  child: Account,
): Promise<boolean> => {
  const hers = new Set(documentsOf(actor).map(documentKey));
  for (const document of documentsOf(child)) {
    const named = await guardians.guardiansOf(document);
    if (named.some((guardian) => hers.has(documentKey(guardian)))) return true;
  }
  return false;
};

/** Ends what the register no longer says. False when it does not answer: then every link stays, to be asked later. */
export const confirmGuardians = async (context: FamiliesContext, family: Family): Promise<boolean> => {
  const { accounts, guardians, store, clock } = context;
  // Without a register nobody can say no.
  if (guardians.adapter === 'none') return false;
  for (const link of family.links.filter((one) => isDue(one, seconds(clock)))) {
    const [actor, child] = [await accounts.get(family.id), await accounts.get(link.holder!)];
    if (!actor || !child) continue;
    let confirmed: boolean;
    try {
      confirmed = await isGuardian(context, actor, child);
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'register_unavailable') return false;
      throw error;
    }
    if (!confirmed) {
      const reason = 'guardian_not_recorded';
      await closeLink(context, { actor: family.id, link: link.id, reason, by: 'system' });
      continue;
    }
    const confirmedAt = seconds(clock);
    await changeFamily(store, family.id, (current) => ({
      ...current,
      links: current.links.map((one) => (one.id === link.id ? { ...one, confirmedAt } : one)),
    }));
  }
  return true;
};
