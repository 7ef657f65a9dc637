/** Argon2id (RFC 9106) with the parameters the OWASP cheat sheet gives as its minimum: 19 MiB, 2 passes, 1 lane. */
import { randomBytes } from 'node:crypto';
import { hash, type Options, parseOptions, verify } from '@node-rs/argon2';

export interface Argon2Cost {
  memoryCost: number;
  timeCost: number;
  parallelism: number;
}

export const defaultCost: Argon2Cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(hash: string, password: string): Promise<boolean>;
  /** The same work as `verify` when there is nothing to verify against. */
  verifyNothing(password: string): Promise<false>;
  /** True when the hash was made with other parameters than today's. */
  outdated(hash: string): boolean;
}

// NIST SP 800-63B §3.1.1.2: the same characters typed on another keyboard are the same password.
const normalise = (password: string): string => password.normalize('NFKC');

export const createPasswordHasher = (cost: Argon2Cost = defaultCost): PasswordHasher => {
  // 2 is Argon2id; the enum of the package cannot be imported under isolatedModules.
  const options: Options = { ...cost, algorithm: 2 };
  const nobody = hash(randomBytes(32), options);
  nobody.catch(() => undefined);
  return {
    hash: (password) => hash(normalise(password), options),
    verify: (stored, password) => verify(stored, normalise(password)),
    async verifyNothing(password) {
      await verify(await nobody, normalise(password));
      return false;
    },
    outdated(stored) {
      const made = parseOptions(stored);
      return (
        made.memoryCost !== cost.memoryCost ||
        made.timeCost !== cost.timeCost ||
        made.parallelism !== cost.parallelism
      );
    },
  };
};
