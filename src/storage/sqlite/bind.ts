/** What SQLite takes as it is. */
export type Bind = string | number | null;

/**
 * Converts one value for a placeholder. Every bind goes through here: the driver aborts the whole process on a
 * boolean, turns NaN into NULL and rounds integers beyond 2^53.
 */
export function toBind(value: unknown): Bind {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      if (!Number.isFinite(value)) break;
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value).toString() : value;
    case 'boolean':
      return value ? 1 : 0;
    case 'bigint':
      return BigInt(Number(value)) === value && Number.isSafeInteger(Number(value))
        ? Number(value)
        : value.toString();
    case 'undefined':
      return null;
    case 'object':
      if (value === null) return null;
      break;
  }
  throw new TypeError(`a value of type ${typeof value} cannot be stored in an index column`);
}
