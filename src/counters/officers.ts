/** Who may work at a counter, and her PIN: salt and verifier, never the digits. */
import { createHash, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { OfficeCapacity } from '../accounts/index.ts';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { maskName } from '../identifiers/index.ts';
import type { Role } from '../officials/index.ts';
import { AlreadyExists, DataKeyDestroyed } from '../storage/index.ts';
import { type Acting, actorOf, type CounterContext } from './context.ts';
import type { CounterDocument, OfficerPinDocument, PinVerifier } from './counter-store.ts';
import { raiseFlag } from './flags.ts';

export const officerRoles: readonly Role[] = ['issuer_clerk', 'counter_lead'];
export const wrongPins = 5;
export const wrongPinsSeconds = 900;

const iterations = 600_000;
const derive = promisify(pbkdf2);

const isOfficerIn = (roles: readonly string[]): boolean => officerRoles.some((role) => roles.includes(role));

/** Her live office at this counter; undefined once she left it. */
export const officeAt = async (
  { officials }: Pick<CounterContext, 'officials'>,
  { unit }: Pick<CounterDocument, 'unit'>,
  account: string,
): Promise<OfficeCapacity | undefined> => {
  const organisation = await officials.tree.current();
  for (const capacity of await officials.capacities.of(account, []))
    if (
      capacity.kind === 'office' &&
      isOfficerIn(capacity.roles) &&
      organisation.isWithin(capacity.unit.id, unit)
    )
      return capacity;
  return undefined;
};

const pinOf = async ({ store }: CounterContext, account: string): Promise<PinVerifier | undefined> => {
  try {
    return (await store.pins.get(account))?.pin;
  } catch (error) {
    if (error instanceof DataKeyDestroyed) return undefined;
    throw error;
  }
};

/** For the device: everybody who may take a shift there, masked, with what her PIN is checked against. */
export const listOfficers = async (context: CounterContext, counter: CounterDocument) => {
  const posts = await context.officials.posts.list({ unit: counter.unit });
  const accounts = new Set(posts.filter(({ roles }) => isOfficerIn(roles)).map(({ account }) => account));
  const listed = await Promise.all(
    [...accounts].map(async (officer) => {
      const [pin, account, office] = await Promise.all([
        pinOf(context, officer),
        context.accounts.get(officer),
        officeAt(context, counter, officer),
      ]);
      return pin && account && office ? [{ officer, name: maskName(account.name), pin }] : [];
    }),
  );
  return listed.flat();
};

/** A run, a repetition or a pair said three times is the first that anybody tries. */
const isWeak = (pin: string): boolean => {
  const steps = new Set([...pin].slice(1).map((digit, i) => (Number(digit) - Number(pin[i]) + 10) % 10));
  return steps.size === 1 || /^(\d\d)\1\1$/.test(pin) || /^(\d{3})\1$/.test(pin);
};

export const setPin = async (context: CounterContext, acting: Acting, pin: string): Promise<void> => {
  const { accountId: account } = acting.official;
  if (isWeak(pin)) throw new ServiceError('invalid_request', { detail: 'fields: pin' });
  const salt = randomBytes(16);
  const key = await derive(pin, salt, iterations, 32, 'sha256');
  const document: OfficerPinDocument = {
    id: account,
    account,
    pin: {
      kdf: 'PBKDF2-SHA-256',
      iterations,
      salt: salt.toString('base64url'),
      verifier: createHash('sha256').update(key).digest('base64url'),
    },
    setAt: seconds(context.clock),
  };
  const known = await context.store.pins.get(account);
  try {
    await (known
      ? context.store.pins.replace({ ...document, ver: known.ver })
      : context.store.pins.insert(document));
  } catch (error) {
    if (error instanceof AlreadyExists) throw new ServiceError('conflict');
    throw error;
  }
  await context.audit.append({
    action: 'counter.pin_set',
    actor: actorOf(account),
    subject: account,
    result: 'ok',
    requestId: acting.requestId,
  });
};

export const hasPin = async (context: CounterContext, { official }: Acting): Promise<boolean> =>
  (await pinOf(context, official.accountId)) !== undefined;

const countKey = (counter: string, officer: string): string => `counter-pin:${counter}:${officer}`;
/** Tries since the last right one. */
const beginsKey = (counter: string, officer: string): string => `counter-pin-tries:${counter}:${officer}`;

const counted = (context: CounterContext, key: string): Promise<number> =>
  context.ephemeral.increment(key, wrongPinsSeconds).catch((cause: unknown) => {
    throw new ServiceError('store_unavailable', { cause });
  });

/** Wrong tries, here or offline; the lead hears of it when they are too many. Closed when it cannot count. */
export const countWrongPins = async (
  context: CounterContext,
  counter: CounterDocument,
  { officer, tries }: { officer: string; tries: number },
): Promise<void> => {
  const key = countKey(counter.id, officer);
  for (let i = 0; i < tries; i += 1) {
    if ((await counted(context, key)) === wrongPins)
      await raiseFlag(context, counter, { kind: 'wrong_pins', officer });
  }
};

/**
 * Whether she typed her PIN: the device hands in what it derived from it. Throws wrong_pin, too_many_requests. Her office
 * at the counter is returned.
 */
export const provePin = async (
  context: CounterContext,
  counter: CounterDocument,
  { officer, pinKey }: { officer: string; pinKey: string },
): Promise<OfficeCapacity> => {
  const wrong = Number((await context.ephemeral.get(countKey(counter.id, officer))) ?? 0);
  if (wrong >= wrongPins) throw new ServiceError('too_many_requests');
  // Counted before it is looked at, so that tries at one moment are not all seen as the first.
  const begun = beginsKey(counter.id, officer);
  if ((await counted(context, begun)) > wrongPins) throw new ServiceError('too_many_requests');
  const [pin, office] = await Promise.all([pinOf(context, officer), officeAt(context, counter, officer)]);
  const given = createHash('sha256').update(Buffer.from(pinKey, 'base64url')).digest();
  const kept = Buffer.from(pin?.verifier ?? '', 'base64url');
  if (office && kept.length === given.length && timingSafeEqual(kept, given)) {
    await context.ephemeral.delete(begun);
    return office;
  }
  await countWrongPins(context, counter, { officer, tries: 1 });
  throw new ServiceError('wrong_pin');
};
