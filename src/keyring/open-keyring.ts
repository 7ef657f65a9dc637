import { createHash } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { type Clock, seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type {
  KeyAlg,
  KeyPurpose,
  KeyRecord,
  Keyring,
  KeyringEvent,
  KeyringListener,
  KeyringMode,
  KeyringSecrets,
  KeyToken,
  SigningKey,
} from './index.ts';
import { type HeldKey, hasEnded, isKeptOffline, openKeyFolder } from './key-folder.ts';
import { generatePrivateJwk, publicMembers, signature, thumbprint } from './key-material.ts';
import { KeyringFault } from './keyring-fault.ts';
import { readSecrets, secretFingerprints } from './secrets.ts';
import { makeFolder } from './write-file.ts';

const DAY = 86_400;

export interface OpenKeyringInput {
  dir: string;
  clock: Clock;
  mode: KeyringMode;
  env: Record<string, string | undefined>;
  /** Make `secrets.json` when it is absent; only ever in development. */
  generateSecrets: boolean;
  onChange?: KeyringListener;
  /** Keys of these purposes are made in the token; it goes on signing for those it holds. */
  token?: { device: KeyToken; purposes: readonly KeyPurpose[] };
}

/** Opens the keys folder. Throws KeyringFault that names every fault when it is not fit to start with. */
export async function openKeyring(input: OpenKeyringInput): Promise<Keyring> {
  const { dir, clock, mode, token } = input;
  await makeFolder(dir);
  // A checkout has the folder with its README, readable by all. In production loose rights are a fault instead.
  if (mode === 'development') await chmod(dir, 0o700).catch(() => undefined);
  const folder = openKeyFolder(dir, mode);
  const faults: string[] = [];
  const secrets = await readSecrets({ dir, mode, env: input.env, generate: input.generateSecrets }).catch(
    (error) => {
      if (!(error instanceof KeyringFault)) throw error;
      faults.push(...error.faults);
      return undefined;
    },
  );
  let seenSignature = folder.signature();
  let lookedAt = clock.now();
  let keys = folder.load(faults);
  if (faults.length > 0) throw new KeyringFault(faults);
  await folder.destroyLeftovers(keys.values());
  const leftInToken = [...keys.values()].filter(({ record }) => record.heldIn && hasEnded(record));
  for (const held of leftInToken) await destroyInToken(held);
  if (leftInToken.length > 0) keys = folder.load(faults);

  const listeners: KeyringListener[] = [];
  let lastChange: Promise<unknown> = Promise.resolve();

  /** A token that is away now is asked again at the next start; until then the key's record keeps it from signing. */
  async function destroyInToken(held: HeldKey): Promise<void> {
    const { heldIn, ...record } = held.record;
    if (!heldIn || !token) return;
    try {
      await token.device.destroy(record.kid);
      await folder.update({ ...held, record }, false);
    } catch (error) {
      if (!(error instanceof ServiceError && error.code === 'key_unavailable')) throw error;
    }
  }

  function reloadNow(): void {
    const found: string[] = [];
    const nextSignature = folder.signature();
    const next = folder.load(found);
    // A folder that cannot be trusted must not leave a key signing that somebody else has just ended.
    if (found.length > 0) throw unavailable('the keys folder is damaged', new KeyringFault(found));
    keys = next;
    seenSignature = nextSignature;
  }

  /** Another process (the command line) may have added or ended a key: noticed within a second. */
  function look(): Map<string, HeldKey> {
    if (Math.abs(clock.now() - lookedAt) >= 1000) {
      lookedAt = clock.now();
      if (folder.signature() !== seenSignature) reloadNow();
    }
    return keys;
  }

  const newestFirst = (purpose: KeyPurpose, owner: string, alg?: KeyAlg): HeldKey[] =>
    [...look().values()]
      .filter(({ record }) => record.purpose === purpose && record.owner === owner)
      .filter(({ record }) => alg === undefined || record.alg === alg)
      .sort((a, b) => b.order - a.order || (a.record.kid < b.record.kid ? -1 : 1));

  /** Why this key may not sign now; undefined when it may. */
  function obstacle({ record, privateKey }: HeldKey): string | undefined {
    const now = seconds(clock);
    if (record.state !== 'active') return record.state;
    if (now < record.notBefore) return 'not yet in its time';
    if (now > record.notAfter) return 'past its time';
    if (record.heldIn)
      return token && !(mode === 'production' && isKeptOffline(record)) ? undefined : 'in a token elsewhere';
    return privateKey ? undefined : 'without its private part here';
  }

  function signerOf(kid: string): SigningKey {
    const usable = () => {
      const held = look().get(kid);
      const reason = held ? obstacle(held) : 'unknown';
      if (!held || reason) throw unavailable(`key ${kid} is ${reason}`);
      return held;
    };
    return {
      ...publicRecord(usable().record),
      // Asked again at every signature: the key may have ended since it was handed out.
      sign: async (data) => {
        const { record, privateKey } = usable();
        return record.heldIn
          ? token!.device.sign(kid, record.alg, data)
          : signature(record.alg, privateKey!, data);
      },
    };
  }

  /** One change at a time; each starts from what the folder holds now. */
  function change<R>(work: () => Promise<R>): Promise<R> {
    const result = lastChange.then(() => {
      reloadNow();
      return work();
    });
    lastChange = result.catch(() => undefined);
    return result;
  }

  async function announce(pendingName: string, event: KeyringEvent): Promise<void> {
    // Nobody listens yet: the pending file waits for who comes first.
    if (listeners.length === 0) return;
    for (const listener of listeners) await listener(event);
    await folder.removePending(pendingName);
  }

  async function setState(
    kid: string,
    act: KeyringEvent['change'],
    actor: string,
    next: (held: HeldKey) => Partial<HeldKey['record']> | undefined,
  ): Promise<KeyRecord> {
    const { record, pending } = await change(async () => {
      const held = keys.get(kid);
      if (!held) throw new ServiceError('not_found');
      const patch = next(held);
      if (!patch) return { record: held.record, pending: undefined };
      const at = seconds(clock);
      const pendingName = await folder.addPending({ change: act, kid, actor, at });
      const updated = { ...held, record: { ...held.record, ...patch } };
      if (act === 'activated') updated.order = nextOrder(held.record);
      await folder.update(updated, act === 'activated');
      if (act !== 'activated') await destroyInToken(updated);
      reloadNow();
      return { record: updated.record, pending: { name: pendingName, at } };
    });
    if (pending)
      await announce(pending.name, { change: act, record: publicRecord(record), actor, at: pending.at });
    return publicRecord(record);
  }

  const nextOrder = (of: Pick<KeyRecord, 'purpose' | 'owner' | 'alg'>): number =>
    1 + Math.max(0, ...newestFirst(of.purpose, of.owner, of.alg).map(({ order }) => order));

  const keyring: Keyring = {
    get secrets(): KeyringSecrets {
      if (!secrets) throw unavailable('a ceremony has no secrets');
      return secrets;
    },

    all: () => [...look().values()].sort(byPurpose).map(({ record }) => publicRecord(record)),

    find(kid) {
      const held = look().get(kid);
      return held && publicRecord(held.record);
    },

    active(purpose, owner, alg) {
      const held = newestFirst(purpose, owner, alg).find((key) => !obstacle(key));
      if (!held) throw unavailable(`no ${alg} key of ${owner} for ${purpose} can sign now`);
      return signerOf(held.record.kid);
    },

    signer: signerOf,

    async create({ purpose, owner, alg, days, notBefore, standby, actor = 'system' }) {
      if (!/^[a-z0-9-]{1,64}$/.test(owner)) throw new ServiceError('invalid_request', { detail: 'owner' });
      if (!Number.isInteger(days) || days < 1) throw new ServiceError('invalid_request', { detail: 'days' });
      if (isKeptOffline({ purpose }) && mode === 'production') {
        throw new ServiceError('forbidden', { detail: 'A root key is made in a ceremony, not on a server.' });
      }
      const inToken = token?.purposes.includes(purpose) === true;
      const privateJwk = inToken ? undefined : await generatePrivateJwk(alg);
      const publicJwk = privateJwk ?? (await token!.device.generate(alg, `onecert ${purpose} ${owner}`));
      const kid = thumbprint(publicJwk);
      const createdAt = seconds(clock);
      const from = notBefore ?? createdAt;
      const record: KeyRecord = {
        kid,
        alg,
        purpose,
        owner,
        publicJwk: { ...publicMembers(publicJwk), kid, alg },
        notBefore: from,
        notAfter: from + days * DAY,
        state: standby ? 'standby' : 'active',
        createdAt,
        ...(inToken ? { heldIn: 'pkcs11' } : {}),
      };
      const pendingName = await change(async () => {
        const name = await folder.addPending({ change: 'created', kid, actor, at: createdAt });
        await folder.add({ record, order: nextOrder(record), privateJwk });
        reloadNow();
        return name;
      });
      await announce(pendingName, { change: 'created', record: publicRecord(record), actor, at: createdAt });
      return publicRecord(record);
    },

    activate: (kid, actor = 'system') =>
      setState(kid, 'activated', actor, ({ record }) => {
        if (record.state === 'active') return undefined;
        if (record.state !== 'standby')
          throw new ServiceError('conflict', { detail: `The key is ${record.state}.` });
        return { state: 'active' };
      }),

    retire: (kid, actor = 'system') =>
      setState(kid, 'retired', actor, ({ record }) => {
        // A stolen key must not be turned back into one that is merely old.
        if (record.state === 'compromised')
          throw new ServiceError('conflict', { detail: 'The key is compromised.' });
        if (record.state === 'retired') return undefined;
        return { state: 'retired', notAfter: Math.min(record.notAfter, seconds(clock)) };
      }),

    markCompromised: (kid, actor = 'system') =>
      setState(kid, 'compromised', actor, ({ record }) =>
        record.state === 'compromised' ? undefined : { state: 'compromised' },
      ),

    async onChange(listener) {
      listeners.push(listener);
      for (const { name, event } of folder.pending()) {
        const held = look().get(event.kid);
        // An intent whose change never came about: the process ended in between.
        if (held && reached(held.record, event.change)) {
          const { kid: _, ...rest } = event;
          await announce(name, { ...rest, record: publicRecord(held.record) });
        } else await folder.removePending(name);
      }
    },

    loginJwks() {
      const held = newestFirst('login', 'province');
      const now = seconds(clock);
      const coming = held.filter(
        ({ record, privateKey }) => record.state === 'active' && now < record.notBefore && privateKey,
      );
      return {
        keys: [...held.filter((key) => !obstacle(key)), ...coming].map(({ record, privateJwk }) => ({
          ...privateJwk,
          kid: record.kid,
          alg: record.alg,
          use: 'sig',
        })),
      };
    },

    fingerprint() {
      const all = Object.entries(secretFingerprints(keyring.secrets)).sort(([a], [b]) => (a < b ? -1 : 1));
      return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16);
    },

    fingerprints: () => secretFingerprints(keyring.secrets),

    reload: () => change(async () => undefined),
  };

  if (input.onChange) await keyring.onChange(input.onChange);
  return keyring;
}

/** The detail may be read by a client; the kid and the reason go to the log only. */
const unavailable = (reason: string, cause?: Error): ServiceError =>
  new ServiceError('key_unavailable', { cause: new Error(reason, { cause }) });

const publicRecord = (record: KeyRecord): KeyRecord => ({ ...record, publicJwk: { ...record.publicJwk } });

const byPurpose = (a: HeldKey, b: HeldKey): number => {
  const kind = ({ record }: HeldKey) => `${record.purpose} ${record.owner} ${record.alg}`;
  const place = (key: HeldKey) => `${kind(key)} ${key.record.kid}`;
  if (kind(a) === kind(b) && a.order !== b.order) return a.order - b.order;
  return place(a) < place(b) ? -1 : 1;
};

function reached(record: KeyRecord, change: KeyringEvent['change']): boolean {
  if (change === 'created') return true;
  if (change === 'activated') return record.state !== 'standby';
  return change === 'compromised'
    ? record.state === 'compromised'
    : record.state === 'retired' || record.state === 'compromised';
}
