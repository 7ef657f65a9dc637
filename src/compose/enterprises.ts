/** Part of the composition root: the enterprises of the province and the register that says who they are. */
import { join } from 'node:path';
import type { Config } from '../config.ts';
import {
  createEnterprises,
  type Enterprises,
  noEnterpriseRegister,
  openFileEnterpriseRegister,
} from '../enterprises/index.ts';

type Given = Omit<Parameters<typeof createEnterprises>[0], 'register'>;

export const composeEnterprises = (config: Config, given: Given): Enterprises =>
  createEnterprises({
    ...given,
    register:
      config.registers.adapter === 'file'
        ? openFileEnterpriseRegister(join(config.sample.dir, 'enterprises.csv'))
        : noEnterpriseRegister,
  });
