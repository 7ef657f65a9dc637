/** The population register as the opening of an account sees it: a yes or no about three things the person typed. */
import { ServiceError } from '../errors.ts';
import type { Identity } from './judge-identity.ts';

/** `unknown`: the register has nobody with this document. */
export type PopulationAnswer = 'match' | 'mismatch' | 'unknown';

export interface PopulationCheck {
  /** What is really connected: `file (sample)`, `http`, `none`. */
  adapter: string;
  /** Throws ServiceError register_unavailable when the register is slow, down, or answers about somebody else. */
  match(identity: Identity): Promise<PopulationAnswer>;
}

/** Nothing is connected: accounts cannot be opened here. */
export const noPopulation: PopulationCheck = {
  adapter: 'none',
  async match() {
    throw new ServiceError('register_unavailable', { detail: 'no population register is connected' });
  },
};
