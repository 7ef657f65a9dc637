/** Part of the composition root: where certificates' attributes come from. */
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import {
  type Catalogue,
  openFileRegisters,
  openHttpRegisters,
  type PopulationRegister,
  type Registers,
} from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';

const noRegisters = (): Registers => ({
  all: () => [],
  get() {
    throw new ServiceError('not_in_register', { detail: 'no register is connected' });
  },
});

/** The departments' registers by the configuration. */
export const registersOf = async (
  { registers, sample, kind }: Config,
  input: { catalogue: Catalogue; population: PopulationRegister; clock: Clock },
): Promise<Registers> => {
  const { catalogue, population, clock } = input;
  if (registers.adapter === 'file')
    return openFileRegisters({
      dir: join(sample.dir, 'registers'),
      catalogue,
      population,
      // A sandbox has the types of its province, and sample registers for some of them.
      mayLack: kind === 'sandbox',
    });
  return registers.http ? openHttpRegisters({ settings: registers.http, catalogue, clock }) : noRegisters();
};
