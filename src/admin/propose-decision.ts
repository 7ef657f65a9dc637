import { createHash, randomBytes } from 'node:crypto';
import { seconds } from '../clock.ts';
import type { CertificateState } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { AlreadyExists } from '../storage/index.ts';
import type { Decision, Verb } from './decision-store.ts';
import { type Acting, contextOf, type Dependencies } from './dependencies.ts';
import { mayActOnIssuer } from './issuer-scope.ts';

const proposalSeconds = 86_400;

const startsFrom: Record<Verb, readonly CertificateState[]> = {
  suspend: ['01'],
  resume: ['02'],
  revoke: ['01', '02'],
};

/** A clerk proposes. The same key again answers with the same proposal; with another request it is a conflict. */
export const proposeDecision = async (
  deps: Dependencies,
  input: Acting & { verb: Verb; certificate: string; reason: string; key: string },
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
  if (!startsFrom[verb].includes(certificate.state)) throw new ServiceError('certificate_state');
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
    state: 'open',
  };
  try {
    await deps.decisions.insert(decision);
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
    subject: certificate.holder,
    object: decision.id,
    result: 'ok',
    details: { verb, reason, certificate: certificate.id, unit: decision.unit },
    requestId,
  });
  return { decision, isNew: true };
};

const findSame = async (
  deps: Dependencies,
  once: string,
  input: { verb: Verb; certificate: string; reason: string },
): Promise<Decision | undefined> => {
  const [known] = await deps.decisions.find('once', once, { limit: 1 });
  if (!known) return undefined;
  const isSame =
    known.verb === input.verb && known.certificate === input.certificate && known.reason === input.reason;
  if (!isSame) throw new ServiceError('idempotency_key_reused');
  return known;
};
