/** The newest few of something, for a while: what the development adapters keep in place of sending. */
import type { Ephemeral } from './ephemeral.ts';

const kept = 20;
const keptSeconds = 900;

export interface Recent<T> {
  add(entry: T): Promise<void>;
  /** The newest first, each with its number in the order of adding. */
  newest(): Promise<(T & { number: number })[]>;
}

export const createRecent = <T extends object>(ephemeral: Ephemeral, name: string): Recent<T> => {
  const keyOf = (place: number): string => `${name}:${place % kept}`;
  return {
    async add(entry) {
      const number = await ephemeral.increment(`${name}:count`, keptSeconds);
      await ephemeral.set(keyOf(number), JSON.stringify({ ...entry, number }), keptSeconds);
    },
    async newest() {
      const texts = await Promise.all(
        Array.from({ length: kept }, (_, place) => ephemeral.get(keyOf(place))),
      );
      return texts
        .flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as T & { number: number }]))
        .sort((a, b) => b.number - a.number);
    },
  };
};
