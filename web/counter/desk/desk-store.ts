/** What an enrolled counter keeps: its key, what the server told it, and the results it has not handed in. */
import { keep } from '../keeping.ts';
import { database } from '../trust-store.ts';
import type { CounterFacts, Result } from './desk-api.ts';
import { noWrongPins, type WrongPins } from './pin.ts';

export interface Device {
  keys: CryptoKeyPair;
  facts: CounterFacts;
}

export const readDevice = (): Promise<Device | undefined> => database.get('device', 'device');

/** Throws when it is not kept: a counter that forgets its key at once is not enrolled. */
export const writeDevice = (device: Device): Promise<unknown> => database.put('device', device, 'device');

export const forgetDevice = async (): Promise<void> => {
  await database.clear('device');
};

export const readWrongPins = async (): Promise<WrongPins> =>
  (await database.get<WrongPins>('device', 'wrong-pins').catch(() => undefined)) ?? noWrongPins;

export const writeWrongPins = (pins: WrongPins): Promise<void> =>
  keep('results', () => database.put('device', pins, 'wrong-pins'));

export const readQueue = (): Promise<Result[]> => database.all<Result>('queue').catch(() => []);

export const queue = (result: Result): Promise<void> => keep('results', () => database.put('queue', result));

export const unqueue = async (ids: string[]): Promise<void> => {
  for (const id of ids) await database.delete('queue', id).catch(() => undefined);
};
