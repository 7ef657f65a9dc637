import { createClient } from 'redis';
import { type Clock, seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import type { Ephemeral } from '../ephemeral.ts';
import { UnusableStore } from '../record-store.ts';

const CONNECT_MS = 2_000;
const COMMAND_MS = 2_000;
const RECONNECT_MAX_MS = 1_000;
/** A timer that is later than this was not held up by other work: the process stood still. */
const STOOD_STILL_MS = 500;

/** The ttl is set with the first count only; a counter that lost its ttl (an operator's hand) gets one again. */
const INCREMENT = `
local count = redis.call('INCR', KEYS[1])
if count == 1 or redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count`;

const BEGAN = 'since';
const entry = (key: string): string => `entry:${key}`;

type Client = ReturnType<typeof connectTo>;

/**
 * The short memory in Redis. A command that gets no answer in time, or meets a closed connection, fails with
 * `store_unavailable`: nothing waits in a queue for the server to come back.
 */
export class RedisEphemeral implements Ephemeral {
  readonly #client: Client;
  readonly #clock: Clock;

  private constructor(client: Client, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  static async open(url: string, prefix: string, clock: Clock): Promise<RedisEphemeral> {
    const client = connectTo(url, prefix);
    try {
      await within(CONNECT_MS, client.connect());
      const memory = String(await within(COMMAND_MS, client.info('memory')));
      const policy = /maxmemory_policy:(\S+)/.exec(memory)?.[1] ?? 'noeviction';
      if (policy !== 'noeviction') {
        throw new UnusableStore(
          `Redis at ${place(url)} may drop entries when its memory is full (maxmemory-policy ${policy}). Set maxmemory-policy noeviction.`,
        );
      }
    } catch (cause) {
      client.destroy();
      if (cause instanceof UnusableStore) throw cause;
      throw new UnusableStore(
        `Redis at ${place(url)} does not answer. Check REDIS_URL and that the server runs.`,
        {
          cause,
        },
      );
    }
    return new RedisEphemeral(client, clock);
  }

  async set(key: string, value: string, ttlSeconds: number): Promise<void> {
    await this.#ask((client) =>
      client.set(entry(key), value, { expiration: { type: 'PX', value: milliseconds(ttlSeconds) } }),
    );
  }

  async setIfAbsent(key: string, value: string, ttlSeconds: number): Promise<boolean> {
    const expiration = { type: 'PX', value: milliseconds(ttlSeconds) } as const;
    return (
      (await this.#ask((client) => client.set(entry(key), value, { expiration, condition: 'NX' }))) === 'OK'
    );
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.#ask((client) => client.get(entry(key)))) ?? undefined;
  }

  async take(key: string): Promise<string | undefined> {
    return (await this.#ask((client) => client.getDel(entry(key)))) ?? undefined;
  }

  async increment(key: string, ttlSeconds: number): Promise<number> {
    const options = { keys: [entry(key)], arguments: [String(milliseconds(ttlSeconds))] };
    return Number(await this.#ask((client) => client.eval(INCREMENT, options)));
  }

  async delete(key: string): Promise<void> {
    await this.#ask((client) => client.del(entry(key)));
  }

  /** The mark has no ttl: when it is missing, the server came back without its memory. */
  async since(): Promise<number> {
    const found = await this.#ask((client) => client.get(BEGAN));
    if (found) return Number(found);
    await this.#ask((client) => client.set(BEGAN, String(seconds(this.#clock)), { condition: 'NX' }));
    return Number(await this.#ask((client) => client.get(BEGAN)));
  }

  async ping(): Promise<void> {
    await this.#ask((client) => client.ping());
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  async #ask<R>(command: (client: Client) => Promise<R>): Promise<R> {
    try {
      return await within(COMMAND_MS, command(this.#client));
    } catch (cause) {
      throw new ServiceError('store_unavailable', { cause });
    }
  }
}

function connectTo(url: string, keyPrefix: string) {
  const client = createClient({
    url,
    keyPrefix,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_MS,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, RECONNECT_MAX_MS) + Math.random() * 50,
    },
  });
  // Without a listener the process ends; the failure itself reaches whoever sends the next command.
  client.on('error', () => undefined);
  return client;
}

/**
 * The client's own timeout covers the wait before sending only, not a server that stopped answering. When this process
 * itself stood still meanwhile, the answer may lie unread: the wait begins once more.
 */
async function within<R>(limitMs: number, answer: Promise<R>): Promise<R> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    const wait = (stood: boolean): void => {
      const began = performance.now();
      timer = setTimeout(() => {
        if (!stood && performance.now() - began > limitMs + STOOD_STILL_MS) wait(true);
        else reject(new Error(`no answer within ${limitMs} ms`));
      }, limitMs);
    };
    wait(false);
  });
  try {
    return await Promise.race([answer, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Redis refuses an expiry of zero. */
const milliseconds = (ttlSeconds: number): number => Math.round(Math.max(1, ttlSeconds) * 1000);

/** The address without user and password. */
const place = (url: string): string => url.replace(/\/\/[^@/]*@/, '//');
