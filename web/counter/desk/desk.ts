/** An enrolled counter: its items, the officer on shift, looks with a network, results handed in after a day without. */
import type { Verdict } from '../../../src/verifier/core/index.ts';
import { readChoice, writeChoice } from '../../shared/preferences.ts';
import { ProblemError, request, UnreachableError } from '../../shared/request.ts';
import { deviceSeconds, serverSeconds } from '../../shared/server-time.ts';
import {
  askServer,
  type CounterFacts,
  type DeskItem,
  type InboxEntry,
  type Look,
  type Result,
  signJws,
} from './desk-api.ts';
import {
  type Device,
  forgetDevice,
  queue,
  readDevice,
  readQueue,
  readWrongPins,
  unqueue,
  writeDevice,
  writeWrongPins,
} from './desk-store.ts';
import { fitsVerifier, isLocked, pinKeyOf, withWrongPin } from './pin.ts';
import { resultOf } from './results.ts';

export interface Shift {
  officer: string;
  /** By the server; a shift that began with no network has none until a look needs it. */
  shift?: string;
  /** Unix seconds by this device. */
  until: number;
}

export interface DeskState {
  facts: CounterFacts | undefined;
  shift: Shift | undefined;
  item: DeskItem | undefined;
  /** Results not handed in yet; of those handed in, the ones that were valid here and had ended. */
  waiting: number;
  flagged: number;
  /** The server has ended this counter. */
  ended: boolean;
}

export type LookAnswer =
  | { kind: 'look'; look: Look }
  | { kind: 'unreachable' }
  | { kind: 'pin' }
  | { kind: 'problem'; problem: ProblemError };

/** Nobody is on shift, or her shift has ended: a PIN first. */
export class ShiftNeededError extends Error {}

/** One judgement, as the page has it. */
export interface Judged {
  text: string;
  verdict: Verdict;
  /** Unix seconds. */
  at: number;
  /** The counter's own, when the code carried it. */
  shownNonce?: Uint8Array | undefined;
}

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

const shiftKey = 'onecert.shift';
const nothing: DeskState = {
  facts: undefined,
  shift: undefined,
  item: undefined,
  waiting: 0,
  flagged: 0,
  ended: false,
};

export class Desk {
  #state = nothing;
  #device: Device | undefined;
  #pinKey: string | undefined;
  #syncing: Promise<boolean> | undefined;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
  readonly state = (): DeskState => this.#state;

  #set(change: Partial<DeskState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }

  async load(): Promise<void> {
    const device = await readDevice().catch(() => undefined);
    // A page that was closed in the middle of enrolling has left a key and no more.
    if (device?.facts) this.#take(device);
    this.#set({ waiting: (await readQueue()).length });
  }

  #take(device: Device): void {
    this.#device = device;
    const { items, officers } = device.facts;
    const shift = this.#state.shift ?? rememberedShift();
    const stays = shift && officers.some(({ officer }) => officer === shift.officer);
    const chosen = items.find(({ code }) => code === readChoice('item'));
    this.#set({
      facts: device.facts,
      shift: stays && shift.until > deviceSeconds() ? shift : undefined,
      item: chosen ?? (items.length === 1 ? items[0] : undefined),
      ended: false,
    });
  }

  get #signer() {
    const { keys, facts } = this.#device!;
    return { id: facts.counter.id, key: keys.privateKey };
  }

  /** A key of this browser's own, which it cannot give away, enrolled by the code a lead reads out. */
  async enrol(typed: string): Promise<void> {
    const code = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
    const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
      'verify',
    ]);
    const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', keys.publicKey);
    const path = '/counter/api/enrol';
    const proof = await signJws(
      keys.privateKey,
      { typ: 'onecert-counter-enrol+jwt' },
      { htu: `${location.origin}${path}`, iat: serverSeconds(), code },
    );
    // What this browser cannot keep is found out before the code is used up.
    await writeDevice({ keys, facts: undefined } as unknown as Device);
    await forgetDevice();
    const json = { code, public_key: { kty, crv, x, y }, proof };
    const facts = await request<CounterFacts>(path, { method: 'POST', json });
    await writeDevice({ keys, facts });
    this.#take({ keys, facts });
  }

  chooseItem(code: string): void {
    writeChoice('item', code);
    this.#set({ item: this.#state.facts?.items.find((item) => item.code === code) });
  }

  /** True when the shift began; otherwise why not. With no network the PIN is compared here alone. */
  async begin(officerId: string, digits: string): Promise<'begun' | 'wrong' | 'locked'> {
    await this.sync();
    const { facts } = this.#state;
    const officer = facts?.officers.find((each) => each.officer === officerId);
    if (!facts || !officer) return 'wrong';
    const pins = await readWrongPins();
    const now = deviceSeconds();
    if (isLocked(pins, officerId, now, facts.limits)) return 'locked';
    const pinKey = await pinKeyOf(digits, officer);
    if (!(await fitsVerifier(pinKey, officer))) {
      const next = withWrongPin(pins, officerId, now, facts.limits);
      await writeWrongPins(next);
      return isLocked(next, officerId, now, facts.limits) ? 'locked' : 'wrong';
    }
    this.#pinKey = pinKey;
    this.#setShift({ officer: officerId, until: now + facts.limits.shift_seconds });
    try {
      await this.#beginOnServer();
    } catch (error) {
      if (error instanceof UnreachableError) return 'begun';
      this.#setShift(undefined);
      if (!(error instanceof ProblemError) || !['wrong_pin', 'too_many_requests'].includes(error.code))
        throw error;
      return error.code === 'wrong_pin' ? 'wrong' : 'locked';
    }
    return 'begun';
  }

  async #beginOnServer(): Promise<string | undefined> {
    const { shift } = this.#state;
    if (!shift || !this.#pinKey) return undefined;
    const json = { officer: shift.officer, pin_key: this.#pinKey };
    const begun = await askServer<{ shift: string }>(this.#signer, '/counter/api/shifts', json);
    this.#setShift({ ...shift, shift: begun.shift });
    return begun.shift;
  }

  #setShift(shift: Shift | undefined): void {
    if (!shift) this.#pinKey = undefined;
    rememberShift(shift);
    this.#set({ shift });
  }

  async end(): Promise<void> {
    const { shift } = this.#state;
    this.#setShift(undefined);
    if (shift?.shift)
      await askServer(this.#signer, `/counter/api/shifts/${shift.shift}/end`, {}).catch(() => undefined);
  }

  /** Asks for photo and fields of the item; what the server never heard of is kept to be handed in. */
  async judged({ text, verdict, at: scannedAt, shownNonce }: Judged): Promise<LookAnswer | undefined> {
    const { shift, item } = this.#state;
    if (!this.#device || !shift) return undefined;
    if (shift.until <= deviceSeconds()) {
      this.#setShift(undefined);
      return { kind: 'pin' };
    }
    const result = resultOf(verdict, shift.officer, item?.code, scannedAt);
    // Before the question: a page that is closed meanwhile has it still.
    if (result) await this.#queue(result);
    if (!item || (verdict.format === 'unknown' && verdict.code === 'malformed')) return undefined;
    const answer = await this.#look({ item: item.code, text, ...(shownNonce && { nonce: hex(shownNonce) }) });
    if (result && (answer.kind === 'look' || answer.kind === 'problem')) await this.#unqueue([result.id]);
    return answer;
  }

  async #look(asked: { item: string; text: string; nonce?: string }): Promise<LookAnswer> {
    try {
      return { kind: 'look', look: await this.ask<Look>('/counter/api/looks', asked) };
    } catch (error) {
      if (error instanceof UnreachableError) return { kind: 'unreachable' };
      if (error instanceof ShiftNeededError) return { kind: 'pin' };
      if (!(error instanceof ProblemError)) throw error;
      // A server in trouble has written nothing down.
      return error.status >= 500 ? { kind: 'unreachable' } : { kind: 'problem', problem: error };
    }
  }

  /** What only an officer on shift may ask. Throws ShiftNeededError, UnreachableError, ProblemError. */
  async ask<T>(path: string, asked: object, idempotencyKey?: string): Promise<T> {
    const shift = await this.#shiftOnServer();
    try {
      const options = { ...(idempotencyKey && { idempotencyKey }) };
      return await askServer<T>(this.#signer, path, { shift, ...asked }, options);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      await this.#onProblem(error);
      throw error.code === 'shift_ended' ? this.#noShift() : error;
    }
  }

  /** A shift that began with no network begins at the server when it is first needed there. */
  async #shiftOnServer(): Promise<string> {
    const { shift } = this.#state;
    if (!this.#device || !shift || shift.until <= deviceSeconds()) throw this.#noShift();
    if (shift.shift) return shift.shift;
    const begun = await this.#beginOnServer().catch((error: unknown) => {
      throw error instanceof ProblemError && error.code === 'wrong_pin' ? this.#noShift() : error;
    });
    // After a reload the PIN is needed once more; until then the shift still judges and queues.
    if (!begun) throw new ShiftNeededError('pin');
    return begun;
  }

  #noShift(): ShiftNeededError {
    this.#setShift(undefined);
    return new ShiftNeededError('shift_ended');
  }

  /** What waits of this counter's posters: numbers and times, no value. */
  async inbox(): Promise<InboxEntry[]> {
    const { entries } = await askServer<{ entries: InboxEntry[] }>(this.#signer, '/counter/api/inbox');
    return entries;
  }

  async #queue(result: Result): Promise<void> {
    await queue(result);
    this.#set({ waiting: this.#state.waiting + 1 });
  }

  async #unqueue(ids: string[]): Promise<void> {
    await unqueue(ids);
    this.#set({ waiting: (await readQueue()).length });
  }

  async #onProblem({ code }: ProblemError): Promise<void> {
    if (code !== 'counter_ended') return;
    await forgetDevice().catch(() => undefined);
    this.#device = undefined;
    this.#setShift(undefined);
    this.#set({ facts: undefined, item: undefined, ended: true });
  }

  /** What changed about this counter, and what it has not handed in. Quiet with no network: false then. */
  sync(): Promise<boolean> {
    this.#syncing ??= this.#sync().finally(() => {
      this.#syncing = undefined;
    });
    return this.#syncing;
  }

  async #sync(): Promise<boolean> {
    if (!this.#device) return false;
    try {
      const facts = await askServer<CounterFacts>(this.#signer, '/counter/api/me', undefined, {
        timeoutSeconds: 4,
      });
      const device = { keys: this.#device.keys, facts };
      await writeDevice(device).catch(() => undefined);
      this.#take(device);
      await this.#handIn(facts.limits.results);
      return true;
    } catch (error) {
      if (error instanceof UnreachableError) return false;
      if (!(error instanceof ProblemError)) throw error;
      await this.#onProblem(error);
      return error.status < 500;
    }
  }

  async #handIn(most: number): Promise<void> {
    for (;;) {
      const results = (await readQueue()).slice(0, most);
      const pins = await readWrongPins();
      const wrong = Object.entries(pins.unreported).map(([officer, count]) => ({ officer, count }));
      if (results.length === 0 && wrong.length === 0) return;
      const answer = await askServer<{ results: { id: string; flagged: boolean }[] }>(
        this.#signer,
        '/counter/api/results',
        { results, ...(wrong.length > 0 && { wrong_pins: wrong }) },
      );
      await writeWrongPins({ ...pins, unreported: {} });
      await this.#unqueue(answer.results.map(({ id }) => id));
      this.#set({ flagged: this.#state.flagged + answer.results.filter(({ flagged }) => flagged).length });
      if (results.length < most) return;
    }
  }

  /** The clerk has read that results were flagged. */
  noted(): void {
    this.#set({ flagged: 0 });
  }
}

// A reload in the middle of a shift asks for no PIN again; the key that the PIN gives is in no storage.
const rememberedShift = (): Shift | undefined => {
  try {
    return JSON.parse(sessionStorage.getItem(shiftKey) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
};

const rememberShift = (shift: Shift | undefined): void => {
  try {
    if (shift) sessionStorage.setItem(shiftKey, JSON.stringify(shift));
    else sessionStorage.removeItem(shiftKey);
  } catch {
    // storage is blocked: the shift lasts as long as the page
  }
};
