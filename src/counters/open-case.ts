/** For a person who came to a window: her case of an item, opened by an official in her own name and office (CTR-4). */
import { randomBytes } from 'node:crypto';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Case } from '../portal/index.ts';
import { AlreadyExists } from '../storage/index.ts';
import { type Acting, actorOf, type CounterContext } from './context.ts';
import { worksFor } from './works-for.ts';

/** The open case of this item when there is one. Throws not_found for an item out of her office's reach, person_not_found. */
export const openCase = async (
  context: CounterContext,
  { official, requestId }: Acting,
  input: { item: string; document: { kind: string; number: string } },
): Promise<Case> => {
  const item = context.items.find(input.item);
  const organisation = await context.officials.tree.current();
  const { capacity, accountId } = official;
  const handles = item?.state === 'active' && worksFor(organisation, capacity.unit.id, item);
  if (!handles) throw new ServiceError('not_found');
  const actor = actorOf(accountId);
  const account = await context.accounts.findByDocument(input.document.kind, input.document.number);
  if (account?.state !== 'active') {
    // Who tries numbers leaves a trace, though there is nobody's log to leave it in.
    await context.audit.append({
      action: 'case.opened_at_counter',
      actor,
      result: 'refused',
      details: { item: item.code, unit: capacity.unit.id },
      requestId,
    });
    throw new ServiceError('person_not_found');
  }
  if (account.id === accountId) throw new ServiceError('second_person_needed');
  const openKey = `${account.id}|${item.code}`;
  const [known] = await context.cases.find('openKey', openKey);
  if (known) return known;
  const [first] = item.certificates;
  if (!first) throw new ServiceError('not_found');
  const acted = { actor, ...(requestId === undefined ? {} : { requestId }) };
  const { id: certificate } = await context.credentials.ensureCertificate(account, first.type, acted);
  try {
    const opened = await context.cases.insert({
      id: `case_${randomBytes(12).toString('base64url')}`,
      item: item.code,
      openKey,
      applicant: account.id,
      certificate,
      client: 'counter',
      state: 'accepted',
      createdAt: seconds(context.clock),
    });
    await context.audit.append({
      action: 'case.opened_at_counter',
      actor,
      subject: account.id,
      object: opened.id,
      result: 'ok',
      details: { item: item.code, unit: capacity.unit.id },
      requestId,
    });
    return opened;
  } catch (error) {
    const [other] = error instanceof AlreadyExists ? await context.cases.find('openKey', openKey) : [];
    if (!other) throw error;
    return other;
  }
};
