/**
 * The short-memory port: sign-in interactions, counters, replay windows of minutes. Its content may be lost (a Redis
 * restart); nothing that must not be forgotten lives here. Adapters: SQLite (a file of its own) and Redis.
 *
 * Every adapter MUST give, checked by test/contract/ephemeral.contract.ts: of N parallel `take` of one key exactly one
 * gets the value; of N parallel `setIfAbsent` exactly one gets true; N parallel `increment` count to N; the ttl of
 * `increment` starts at the first call and is not extended by later ones; expired is absent at once.
 */
export interface Ephemeral {
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  /** True when the key was absent and is now set (insert-only: replay detection). */
  setIfAbsent(key: string, value: string, ttlSeconds: number): Promise<boolean>;
  get(key: string): Promise<string | undefined>;
  /** Read and remove in one step. */
  take(key: string): Promise<string | undefined>;
  /** Add one and return the new count. */
  increment(key: string, ttlSeconds: number): Promise<number>;
  delete(key: string): Promise<void>;
  /**
   * Unix seconds from which on nothing was forgotten but by expiry. A replay check that rests on this port refuses
   * what is dated before it: a memory that was lost cannot tell whether that was used already.
   */
  since(): Promise<number>;
}
