/**
 * A changed row of a register proposes; it does not act. Every held certificate is compared with its row in turn, and
 * what differs stands on the issuer's work list once. Where the type's file says so, it is done at once.
 */
import { createHash, randomBytes } from 'node:crypto';
import { seconds } from '../clock.ts';
import type { RegisterDifference } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { AlreadyExists, Conflict, type Versioned } from '../storage/index.ts';
import { carryOut } from './decide.ts';
import { byRegister, type Decision } from './decision-store.ts';
import type { Dependencies } from './dependencies.ts';
import { registerDifference } from './register-difference.ts';

/** Certificates compared in one turn: a department's register is asked this often in a minute at most. */
const turnSize = 300;
/** Long enough for a department to come round to it; the difference itself does not go away. */
const waitSeconds = 90 * 86_400;

export interface RegisterWatch {
  /** The next certificates in turn; begins again at the end. */
  turn(): Promise<{ compared: number; proposed: number }>;
}

type Held = Awaited<ReturnType<Dependencies['credentials']['walk']>>[number];

export const createRegisterWatch = (deps: Dependencies): RegisterWatch => {
  let after: string | undefined;
  return {
    async turn() {
      const page = await deps.credentials.walk(after, turnSize);
      after = page.length < turnSize ? undefined : page.at(-1)!.id;
      // A register that does not answer is not asked again in this turn.
      const silent = new Set<string>();
      let [compared, proposed] = [0, 0];
      for (const held of page) {
        if (held.state !== '01' && held.state !== '02') continue;
        const register = deps.catalogue.find(held.type)?.register;
        if (register === undefined || silent.has(register)) continue;
        try {
          if (await proposeFor(deps, held)) proposed += 1;
          compared += 1;
        } catch (error) {
          if (!(error instanceof ServiceError)) throw error;
          if (error.code === 'register_unavailable' || error.code === 'not_in_register') silent.add(register);
        }
      }
      return { compared, proposed };
    },
  };
};

/** True when something new was filed. */
const proposeFor = async (deps: Dependencies, held: Held): Promise<boolean> => {
  const difference = await registerDifference(deps, held);
  if (!difference) return false;
  const filed = await file(deps, held, difference);
  if (!filed) return false;
  await deps.audit.append({
    action: 'decision.proposed',
    actor: byRegister,
    subject: difference.holder,
    object: filed.id,
    fields: difference.fields,
    result: 'ok',
    details: { verb: filed.verb, reason: filed.reason, certificate: held.id, unit: filed.unit },
  });
  if (filed.state === 'approved') await carryOut(deps, filed);
  return true;
};

const file = async (
  deps: Dependencies,
  { id, type, issuer }: Held,
  { verb, reason, fields, mark }: RegisterDifference,
): Promise<Versioned<Decision> | undefined> => {
  const once = createHash('sha256').update(`${byRegister}|${mark}`).digest('base64url');
  const proposedAt = seconds(deps.clock);
  const [known] = await deps.decisions.find('once', once, { limit: 1 });
  if (known && (known.state !== 'open' || proposedAt < known.expiresAt)) return undefined;
  const handling = deps.catalogue.get(type).life?.registerChanges ?? 'propose';
  try {
    // Nobody came round to it in time and the register still says so: it is proposed again.
    if (known) await deps.decisions.replace({ ...known, once: `ended|${known.id}` });
    return await deps.decisions.insert({
      id: `cd_${randomBytes(16).toString('base64url')}`,
      verb,
      certificate: id,
      type,
      issuer,
      reason,
      unit: issuer,
      proposedBy: byRegister,
      fields,
      ...(handling === 'two' ? { second: true as const } : {}),
      proposedAt,
      expiresAt: proposedAt + waitSeconds,
      once,
      ...(handling === 'automatic'
        ? { state: 'approved', decidedBy: byRegister, decidedAt: proposedAt }
        : { state: 'open' }),
    });
  } catch (error) {
    if (error instanceof AlreadyExists || error instanceof Conflict) return undefined; // another server was first
    throw error;
  }
};
