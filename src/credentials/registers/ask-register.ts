/**
 * One question to a register over HTTP: a POST, because addresses end up in logs. A circuit keeps a dead register from
 * making everybody wait; what it answers is read up to a limit and checked, and never quoted.
 */
import type { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import { createCircuit } from './circuit.ts';
import { connectToRegister, type RegisterConnectionSettings } from './register-connection.ts';

/** Throws ServiceError register_unavailable when it is slow, down, or answers nonsense. */
export type AskRegister = <T>(call: string, question: object, answer: z.ZodType<T>) => Promise<T>;

export const createAskRegister = (settings: RegisterConnectionSettings & { clock: Clock }): AskRegister => {
  const call = connectToRegister(settings);
  const circuit = createCircuit(settings);
  return async (name, question, answer) => {
    try {
      return await circuit.run(async () => {
        const parsed = answer.safeParse(await call(name, question));
        if (!parsed.success) throw new Error('the register answered in another shape');
        return parsed.data;
      });
    } catch (cause) {
      throw new ServiceError('register_unavailable', { cause });
    }
  };
};
