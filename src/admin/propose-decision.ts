import { createHash, randomBytes } from 'node:crypto';
import { seconds } from '../clock.ts';
import type { Certificate, LifeVerb } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { AlreadyExists, type Versioned } from '../storage/index.ts';
import { carryOut } from './decide.ts';
import { type Decision, effects, startsFrom } from './decision-store.ts';
import { type Acting, contextOf, type Dependencies } from './dependencies.ts';
import { mayActOnIssuer } from './issuer-scope.ts';
import { registerDifference } from './register-difference.ts';

const proposalSeconds = 86_400;

/**
 * A clerk proposes; where the type's file lets one official act alone, it happens at once. The same key again answers
 * with the same proposal; with another request it is a conflict.
 */
export const proposeDecision = async (
  deps: Dependencies,
  input: Acting & { verb: LifeVerb; certificate: string; reason: string; key: string },
): Promise<{ decision: Decision; isNew: boolean }> => {
  const { verb, reason, official } = input;
  const { capacity, accountId } = official;
  const certificate = await deps.credentials.certificate(input.certificate);
  const organisation = await deps.officials.tree.current();
  // What lies outside the office's reach is, to it, not there.
  if (!certificate || !mayActOnIssuer(organisation, capacity, 'issuer_clerk', certificate.issuer))
    throw new ServiceError('not_found');
  const once = createHash('sha256').update(`${accountId}|${input.key}`).digest('base64url');
  const known = await findSame(deps, once, input);
  if (known) return { decision: known, isNew: false };
  if (!startsFrom(verb).includes(certificate.state)) throw new ServiceError('certificate_state');
  const { life } = deps.catalogue.get(certificate.type);
  if (verb === 'other' && !life?.otherStates?.some(({ code }) => code === reason))
    throw new ServiceError('invalid_request', { detail: 'the type has no other state of that code' });
  if ('operation' in effects[verb] && verb !== 'replace') await requireDifference(deps, certificate);
  const alone = life?.alone?.includes(verb) === true;
  const proposedAt = seconds(deps.clock);
  const decision: Decision = {
    id: `cd_${randomBytes(16).toString('base64url')}`,
    verb,
    certificate: certificate.id,
    type: certificate.type,
    issuer: certificate.issuer,
    reason,
    unit: capacity.unit.id,
    proposedBy: accountId,
    proposedAt,
    expiresAt: proposedAt + proposalSeconds,
    once,
    ...(alone ? { state: 'approved', decidedBy: accountId, decidedAt: proposedAt } : { state: 'open' }),
  };
  let kept: Versioned<Decision>;
  try {
    kept = await deps.decisions.insert(decision);
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    // The same request, sent twice at once.
    const other = await findSame(deps, once, input);
    if (!other) throw error;
    return { decision: other, isNew: false };
  }
  const { actor, requestId } = contextOf(input);
  await deps.audit.append({
    action: 'decision.proposed',
    actor,
    subject: certificate.holders[0]!,
    object: decision.id,
    result: 'ok',
    details: { verb, reason, certificate: certificate.id, unit: decision.unit, alone },
    requestId,
  });
  return { decision: alone ? await carryOut(deps, kept, requestId) : decision, isNew: true };
};

/** A new version is made for something: there has to be a difference to what the register says. */
const requireDifference = async (deps: Dependencies, certificate: Certificate): Promise<void> => {
  const difference = await registerDifference(deps, certificate);
  if (!difference || !('operation' in effects[difference.verb])) throw new ServiceError('nothing_to_renew');
};

const findSame = async (
  deps: Dependencies,
  once: string,
  input: { verb: LifeVerb; certificate: string; reason: string },
): Promise<Decision | undefined> => {
  const [known] = await deps.decisions.find('once', once, { limit: 1 });
  if (!known) return undefined;
  const isSame =
    known.verb === input.verb && known.certificate === input.certificate && known.reason === input.reason;
  if (!isSame) throw new ServiceError('idempotency_key_reused');
  return known;
};
