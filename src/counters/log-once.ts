/** A look that a device sends again, since its gun typed twice or no answer came, stands in the holder's log once. */
import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { CounterContext, OnShift } from './context.ts';
import { type Look, logLook, type Outcome } from './item-fields.ts';

/** Longer than the same code gets the same answer. */
const keptSeconds = 60;
/** How long the same look waits for the entry of another request. */
const patience = { tries: 40, milliseconds: 50 };

/** Another item, other fields or another result of one look are entries of their own. Rather twice than not at all. */
export const logOnce = async (
  context: CounterContext,
  shift: OnShift,
  look: Look,
  outcome: Outcome,
  more: Record<string, string> = {},
): Promise<void> => {
  const { ephemeral } = context;
  const said = createHash('sha256')
    .update(JSON.stringify([look.item, outcome]))
    .digest('base64url');
  const key = `counter-logged:${look.id}:${said}`;
  for (let tried = 0; tried < patience.tries; tried += 1) {
    if (await ephemeral.setIfAbsent(key, 'begun', keptSeconds)) break;
    if ((await ephemeral.get(key)) === 'done') return;
    await setTimeout(patience.milliseconds);
  }
  try {
    await logLook(context, shift, look, outcome, more);
  } catch (error) {
    await ephemeral.delete(key);
    throw error;
  }
  await ephemeral.set(key, 'done', keptSeconds);
};
