import { Counter, type Registry } from 'prom-client';
import type { LogoutOutcome } from './create-logouts.ts';

/** Tries by outcome: no app and no person in it. */
export const measureLogouts = (registry: Registry): ((outcome: LogoutOutcome) => void) => {
  const tries = new Counter({
    name: 'logout_deliveries_total',
    help: 'Tries to tell an app of an ended session, by outcome: delivered, dropped, retried, dead.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  return (outcome) => tries.inc({ outcome });
};
